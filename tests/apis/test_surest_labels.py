import numpy as np
import pandas as pd

from mmpartial.apis.surest_labels import Surest


def test_the_surest_of_each_class(monkeypatch):
    rng = np.random.default_rng(0)
    image, cls, p = np.arange(200), rng.integers(0, 3, 200), rng.random(200)
    monkeypatch.setattr("mmpartial.apis.surest_labels._WAITING", 30)
    surest = Surest(4, 5)
    for part in np.array_split(np.arange(200), 9):
        surest.add(image[part], cls[part], p[part])
    found, all_labels = surest.labels(), pd.DataFrame(dict(image=image, cls=cls, probability=p))
    for number in range(3):
        expected = all_labels[cls == number].nlargest(5, "probability")
        kept = found[found["cls"] == number]
        assert kept["image"].tolist() == expected["image"].tolist()
    assert found["probability"].is_monotonic_decreasing and len(found) == 15
    assert surest.counts.tolist() == np.bincount(cls, minlength=4).tolist()
    assert surest.highest[cls[p.argmax()]] == p.max() and surest.highest[3] == 0
    assert len(surest._parts[0][0]) == 15  # memory does not grow with the images
