"""Questions as tasks, and the answers that come back."""

import json
from xml.etree import ElementTree

from mmpartial.formats.annotation_tools import label_studio
from mmpartial.formats.annotation_tools.label_studio_questions import write_tasks

from .label_studio_exports import save


def test_tasks_ask_about_their_classes_alone(tmp_path):
    file = tmp_path / "q.json"
    images, classes = ["a b/1.jpg", "2.jpg", "a b/1.jpg"], ["cat", "dog & co", "dog & co"]
    write_tasks(images, classes, [0.9, 0.2, 0.4], str(file))
    tasks = json.loads(file.read_text())
    assert [task["data"]["asked"] for task in tasks] == [
        [{"value": "cat"}, {"value": "dog & co"}],
        [{"value": "dog & co"}],
    ]
    config = ElementTree.parse(tmp_path / "q.config.xml").getroot()
    controls = {choices.get("name"): choices for choices in config.iter("Choices")}
    assert {choices.get("value") for choices in controls.values()} == {"$asked"}
    for task in tasks:
        (prediction,) = task["predictions"]
        assert {result["from_name"] for result in prediction["result"]} <= {*controls}
    nobody = label_studio.read(str(file), unlisted="unknown", classes=["cat", "dog & co"])
    assert nobody.labels.dense().tolist() == [[-1, -1], [-1, -1]]  # a prediction is no answer
    for task in tasks:
        task["annotations"] = [dict(result=task.pop("predictions")[0]["result"])]
    export = save(tmp_path, tasks)
    found = label_studio.read(export, unlisted="unknown", classes=["cat", "dog & co"])
    assert list(found.images) == ["a b/1.jpg", "2.jpg"]
    assert found.labels.dense().tolist() == [[1, 0], [-1, 0]]
