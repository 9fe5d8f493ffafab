import pytest

from mmpartial.reports.run_files import read_run
from tests.reports.runs import evaluation, table, training, write_run


def test_a_resumed_run_counts_its_last_numbers(tmp_path):
    first = [training(10), training(20), evaluation(1, 50.0), training(30)]
    second = [training(20, gate=0.5), evaluation(1, 60.0), dict(hidden_positives=0.4, step=1)]
    run = read_run(write_run(tmp_path, first, second))
    assert run.training.index.tolist() == [10, 20, 30] and run.unit == "epoch"
    assert run.training.gate[20] == 0.5
    assert run.evaluations.to_dict("index") == {
        1: {"multi-label/mAP": 60.0, "multi-label/mAP_head": 60.0, "hidden_positives": 0.4}
    }


def test_a_line_that_a_killed_run_left_half(tmp_path):
    write_run(tmp_path, [training(10)])
    (file,) = tmp_path.glob("*/vis_data/scalars.json")
    file.write_text(file.read_text() + '{"loss": 0.1, "st')
    run = read_run(tmp_path)
    assert run.training.index.tolist() == [10] and run.evaluations.empty and run.classes.empty


def test_tables(tmp_path):
    later, tested = table((91.0, 21.0, 1.0)), table((80.0, 10.0, 0.0))
    tables = {"multi-label_val_9": table(), "multi-label_val_10": later, "multi-label_test": tested}
    lines = [training(10), evaluation(9, 1.0), evaluation(10, 2.0)]
    run = read_run(write_run(tmp_path, lines, classes=tables))
    assert run.classes.AP.tolist() == later.AP.tolist() and run.classes_step == 10
    assert run.tested["multi-label_test"].AP.tolist() == tested.AP.tolist()


def test_a_run_that_was_started_again_from_scratch(tmp_path):
    """The numbers of the run before it are not those of this one, as far as they have come."""
    before = [training(10), training(20), evaluation(1, 50.0), evaluation(2, 60.0)]
    tables = {"multi-label_val_1": table(), "multi-label_val_2": table((1.0, 1.0, 1.0))}
    again = [training(10, gate=0.5), evaluation(1, 40.0)]
    run = read_run(write_run(tmp_path, before, again, classes=tables))
    assert run.training.index.tolist() == [10] and run.evaluations.index.tolist() == [1]
    assert run.classes_step == 1 and run.classes.AP[0] == table().AP[0]


def test_a_training_without_epochs(tmp_path):
    line = training(10)
    del line["epoch"]
    assert read_run(write_run(tmp_path, [line])).unit == "iteration"


def test_folders_without_a_run(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no folder .*nothing: give the work_dir"):
        read_run(tmp_path / "nothing")
    with pytest.raises(FileNotFoundError, match=r"has no numbers of a run \(\*/vis_data"):
        read_run(tmp_path)
