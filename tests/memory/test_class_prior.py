"""Class priors: the mean prediction, and its file."""

import json

import pytest
import torch

from mmpartial.memory.class_prior import MeanPrediction, read_prior, write_prior
from tests.models.golden import Golden


def test_the_mean_is_the_authors():
    """The running mean of predictions over batches of three sizes."""
    golden = Golden("csl")
    logits = golden["prior_estimate/logits"]
    prior = MeanPrediction(logits.shape[1])
    for part in logits.split(golden["prior_estimate/batch_sizes"].long().tolist()):
        prior.update(part)
    torch.testing.assert_close(prior.value(), golden["prior_estimate/avg_pred"])


@pytest.mark.parametrize("path", ["class_prior.json", "work_dirs/mine/class_prior.json"])
def test_csl_by_its_name_says_the_method_that_makes_its_prior(path):
    with pytest.raises(FileNotFoundError, match=r"train.py CONFIG --method class_prior`, which"):
        read_prior(path, ["a"])


def test_wrong_prior_files(tmp_path):
    file = tmp_path / "prior.json"
    write_prior(file, torch.tensor([0.1, 0.2]), ["a", "b"])
    assert read_prior(str(file), ["a", "b"]).tolist() == pytest.approx([0.1, 0.2])
    with pytest.raises(ValueError, match="of classes other than"):
        read_prior(str(file), ["b", "a"])
    wrong = [
        [0.1, 0.2],
        None,
        *(dict(a=odd) for odd in ("x", "0.5", True, [0.5], 1.5, float("nan"))),
    ]
    for text in ("no json", "", '{"a": 0.1, "a": 0.2}', *map(json.dumps, wrong)):
        file.write_text(text)
        with pytest.raises(ValueError, match="is not a class prior"):
            read_prior(str(file), ["a"])
