"""A finished run is taken again only if it is whole, and made of what it would be made of now."""

import json
import os

import pandas as pd
import pytest

from mmpartial.comparison import execution, load_base
from mmpartial.utils import own_code
from tests.comparison.pretended import ONE, calls, comparison, pretend
from tests.runs import CONFIGS


@pytest.mark.parametrize(
    "options, named",
    [
        ({"train_cfg.max_epochs": 5}, "config key param_scheduler, config key train_cfg"),
        ({"test_evaluator.thr": 0.4}, "config key test_evaluator"),
        ({"test_dataloader.dataset.indices": 9}, "test data ClutteredDigits"),
    ],
)
def test_runs_of_another_config_are_not_mixed(tmp_path, pretending, options, named):
    comparison(tmp_path, **ONE).run(at_once=2)
    base = load_base(CONFIGS / "resnet18_digits_fal.py", options)
    with pytest.raises(ValueError, match=f"since then this has changed: .*{named}.*choose another"):
        comparison(tmp_path, base=base, **ONE).run(at_once=2)
    assert len(calls(tmp_path)) == 1


def test_runs_of_other_code_are_not_mixed(tmp_path, pretending, monkeypatch):
    comparison(tmp_path, **ONE).run(at_once=2)
    hash_of = own_code._hash
    changes = lambda file: "changed" if file.name == "ranking.py" else hash_of(file)  # noqa: E731
    monkeypatch.setattr(own_code, "_hash", changes)
    message = "changed: code of mmpartial.evaluation.ranking. Undo the change, choose another"
    with pytest.raises(ValueError, match=message):
        comparison(tmp_path, **ONE).run(at_once=2)
    assert len(calls(tmp_path)) == 1


def test_code_of_one_method_leaves_the_runs_of_others(tmp_path, pretending, monkeypatch):
    comparison(tmp_path).run(at_once=2)
    hash_of = own_code._hash
    changes = lambda file: "changed" if file.name == "role_loss.py" else hash_of(file)  # noqa: E731
    monkeypatch.setattr(own_code, "_hash", changes)
    comparison(tmp_path, methods=["assume_negative"]).run(at_once=2)
    with pytest.raises(
        ValueError, match="role.*changed: code of mmpartial.models.losses.role_loss"
    ):
        comparison(tmp_path, methods=["role"]).run(at_once=2)


def test_a_result_that_does_not_say_of_what_is_kept(tmp_path, pretending):
    comparison(tmp_path, **ONE).run(at_once=2)
    path = next(tmp_path.rglob("result.json"))
    old = json.loads(path.read_text())
    del old["made_of"]
    path.write_text(json.dumps(dict(old, digest="0123")))
    with pytest.raises(ValueError, match="does not say of which code and data: choose another"):
        comparison(tmp_path, **ONE).run(at_once=2)
    assert json.loads(path.read_text())["digest"] == "0123"


def test_a_run_that_another_comparison_made_meanwhile_of_other_code(tmp_path, monkeypatch):
    """It is neither taken for this one's nor replaced."""
    other = json.dumps(dict(status="done", error="", made_of={}, seconds=1, label_hash="",
                            test_mAP_last=1.0))  # fmt: skip

    def outrun(job):
        pretend(job)
        (job.folder / "result.json").write_text(other)
        os._exit(0)

    monkeypatch.setattr(execution, "train_stages", outrun)
    with pytest.raises(ValueError, match="since then this has changed: code of "):
        comparison(tmp_path, **ONE).run(at_once=1)
    assert next(tmp_path.rglob("result.json")).read_text() == other


@pytest.mark.parametrize("name", ["result.json", "classes.csv"])
@pytest.mark.parametrize("content", ["", "[]", "{", '{"status": "done"}', "\x00\x01", None])
def test_a_run_whose_files_are_damaged_is_made_anew(tmp_path, pretending, capfd, name, content):
    first = comparison(tmp_path, **ONE).run(at_once=2)
    path = tmp_path / "role" / "SPL" / "lr0.003" / "seed0" / name
    path.unlink()
    if content is None:
        path.mkdir()
    else:
        path.write_text(content)
    again = comparison(tmp_path, **ONE).run(at_once=2)
    pd.testing.assert_frame_equal(again.drop(columns="seconds"), first.drop(columns="seconds"))
    assert {run for run, n in calls(tmp_path).items() if n > 1} == {"role/SPL/lr0.003/seed0"}
    assert f"is made anew: {path} is damaged" in capfd.readouterr().out


def test_what_is_in_the_place_of_its_files(tmp_path, pretending):
    (tmp_path / "file").touch()
    with pytest.raises(ValueError, match="file is a file: choose another work-dir"):
        comparison(tmp_path / "file").run(at_once=2)
    comparison(tmp_path / "runs", **ONE).run(at_once=2)
    (tmp_path / "runs" / "runs.csv").write_bytes(b"\xff\x00cut off")
    comparison(tmp_path / "runs", **ONE).run(at_once=2)
    assert len(pd.read_csv(tmp_path / "runs" / "runs.csv")) == 1
