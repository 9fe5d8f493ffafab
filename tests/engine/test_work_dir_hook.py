"""Who holds a work_dir, and where a killed run goes on."""

import json
import os
import shutil
import socket
import subprocess
import time

import pytest
import torch

from mmpartial.engine.checkpoints import fault, newest_whole
from mmpartial.engine.run_lock import RunLock
from mmpartial.utils.torch_load import read_checkpoint
from tests.commands import TRAIN, Command, run_script
from tests.runs import Kill, Killed, tiny_runner
from tests.test_runs import write_config

TABLE = [dict(type="mmpartial.PseudoLabelHook")]  # without d, which depends on the length


def finished(folder, epochs=3, **options):
    options = {"custom_hooks": TABLE, **options}
    runner = tiny_runner(folder, train_cfg__max_epochs=epochs, train_cfg__val_interval=9,
                         default_hooks__checkpoint__max_keep_ckpts=9, **options)  # fmt: skip
    runner.train()
    return runner


def cut_off(file):
    file.write_bytes(file.read_bytes()[:-1000])


def test_a_second_process_is_refused_and_says_whose_the_folder_is(tmp_path):
    options = dict(custom_hooks=[dict(type="mmpartial.PseudoLabelHook", path="table")],
                   train_cfg__max_epochs=9999, param_scheduler=None)  # fmt: skip
    config = write_config(tmp_path, **options)
    command = Command(TRAIN, config, cwd=tmp_path)
    first = command.process
    try:
        note = tmp_path / "run" / "run.json"
        while not (tmp_path / "run" / "last_checkpoint").exists():
            assert first.is_alive()
            time.sleep(0.1)
        holder = json.loads(note.read_text())
        assert holder["pid"] == first.pid and holder["host"] == socket.gethostname()
        for more in ([], ["--resume"]):
            second = run_script(TRAIN, config, *more, cwd=tmp_path, check=False)
            assert second.returncode, second.stdout
            said = second.stdout[-1000:]
            assert "Traceback" not in said
            assert f"belongs to the run of process {first.pid} on {holder['host']}" in said
            assert f"since {holder['since']}" in said and "choose another work_dir" in said
        assert first.is_alive()
    finally:
        first.kill()
        command.done()
    # It was killed: nobody has to tidy up.
    write_config(tmp_path, **{**options, "train_cfg__max_epochs": 1})
    (tmp_path / "run" / "last_checkpoint").unlink()
    for file in (tmp_path / "run").glob("*.pth"):
        file.unlink()
    said = run_script(TRAIN, config, cwd=tmp_path).stdout
    assert "which is gone: this run takes its place" in said
    assert not note.exists()


def test_a_note_from_another_host_is_left_to_the_user(tmp_path):
    note = dict(host="elsewhere", pid=os.getpid(), since="2024-01-01T00:00:00+00:00")
    (tmp_path / "run.json").write_text(json.dumps(note))
    with pytest.raises(ValueError, match=r"process \d+ on elsewhere since 2024.*delete .*run.json"):
        RunLock(str(tmp_path)).acquire()
    assert json.loads((tmp_path / "run.json").read_text()) == note


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps(dict(host=socket.gethostname()))])
def test_a_damaged_note_does_not_lock_out(tmp_path, text):
    (tmp_path / "run.json").write_text(text)
    lock = RunLock(str(tmp_path))
    lock.acquire()
    assert json.loads((tmp_path / "run.json").read_text())["pid"] == os.getpid()
    lock.release()
    assert not (tmp_path / "run.json").exists()


def test_a_note_of_a_process_that_is_gone(tmp_path):
    gone = subprocess.Popen(["true"])
    gone.wait()
    note = dict(host=socket.gethostname(), pid=gone.pid, since="2024-01-01T00:00:00+00:00")
    (tmp_path / "run.json").write_text(json.dumps(note))
    lock = RunLock(str(tmp_path))
    lock.acquire()
    lock.release()


@pytest.mark.parametrize("last", [None, "", "\xff", "stale", "moved"])
def test_resume_finds_the_newest_checkpoint(tmp_path, last):
    hooks = [dict(type="mmpartial.PseudoLabelHook")]  # no d, and so a run may become longer
    finished(tmp_path / "a", custom_hooks=hooks)
    folder = tmp_path / "a"
    if last is None:
        (folder / "last_checkpoint").unlink()
    elif last == "stale":
        (folder / "last_checkpoint").write_text(str(folder / "epoch_1.pth"))
    elif last == "moved":
        folder = (tmp_path / "a").rename(tmp_path / "b")
    else:
        (folder / "last_checkpoint").write_bytes(last.encode("latin-1"))  # not UTF-8
    before = (folder / "epoch_1.pth").read_bytes()
    again = finished(folder, epochs=4, resume=True, custom_hooks=hooks)
    assert again.message_hub.get_scalar("train/loss").data[0].size == 16
    assert (folder / "epoch_1.pth").read_bytes() == before
    assert (folder / "last_checkpoint").read_text() == str(folder / "epoch_4.pth")


def test_resume_passes_over_what_is_cut_off(tmp_path):
    whole = finished(tmp_path)
    expected = read_checkpoint(tmp_path / "epoch_3.pth")["state_dict"]
    cut_off(tmp_path / "epoch_3.pth")
    (tmp_path / "epoch_2.pth").write_bytes(b"")
    again = finished(tmp_path, resume=True)
    log = next((tmp_path / again.timestamp).glob("*.log")).read_text()
    assert "epoch_3.pth is cut off: looking for an older checkpoint" in log
    found = read_checkpoint(tmp_path / "epoch_3.pth")["state_dict"]
    assert all(torch.equal(found[k], expected[k]) for k in expected)
    assert whole.timestamp


def test_resume_without_a_whole_checkpoint_is_refused(tmp_path):
    finished(tmp_path, epochs=1)
    cut_off(tmp_path / "epoch_1.pth")
    before = (tmp_path / "epoch_1.pth").read_bytes()
    with pytest.raises(ValueError, match=r"no checkpoint in .* is whole.*epoch_1.pth is cut off"):
        finished(tmp_path, resume=True)
    assert (tmp_path / "epoch_1.pth").read_bytes() == before
    (tmp_path / "epoch_1.pth").unlink()
    with pytest.raises(ValueError, match=r"epoch_1.pth is not there.*delete these and last_check"):
        finished(tmp_path, resume=True)


def test_a_checkpoint_needs_its_table(tmp_path):
    table = [dict(type="mmpartial.PseudoLabelHook", path="table")]
    finished(tmp_path, epochs=2, custom_hooks=table)
    state = read_checkpoint(tmp_path / "epoch_2.pth")
    cut_off(tmp_path / state["pseudo_labels"]["file"])
    wrong = fault(tmp_path / "epoch_2.pth")
    assert wrong == f"needs {state['pseudo_labels']['file']}, which is cut off"
    assert newest_whole(tmp_path, "epoch_{}.pth", "") == tmp_path / "epoch_1.pth"


def test_a_flipped_bit_in_a_checkpoint_is_found(tmp_path):
    file = tmp_path / "epoch_1.pth"
    torch.save(dict(weights=torch.zeros(1000)), file)
    assert fault(file) is None
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    assert "is damaged" in fault(file)


def test_a_file_without_weights(tmp_path):
    file = tmp_path / "epoch_1.pth"
    torch.save([1, 2], file)
    assert fault(file) == "holds a list and no weights"


def test_other_files_are_no_checkpoints(tmp_path):
    for name in ("best_mAP_epoch_3.pth", "epoch_last.pth", "iter_9.pth", "epoch_1.pth.partial"):
        (tmp_path / name).write_bytes(b"x")
    assert newest_whole(tmp_path, "epoch_{}.pth", "") is None


@pytest.mark.parametrize("original_is_left", [True, False])
def test_a_copied_work_dir_goes_on_where_the_original_did(tmp_path, original_is_left):
    """Copying writes the files in any order, and so their times say nothing."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        for number, seconds in ((1, 200 if folder == new else 100), (2, 150)):
            file = folder / f"epoch_{number}.pth"
            torch.save(dict(weights=torch.zeros(9)), file)
            os.utime(file, (seconds, seconds))
    named = str(old / "epoch_2.pth")
    if not original_is_left:
        shutil.rmtree(old)
    assert newest_whole(new, "epoch_{}.pth", named) == new / "epoch_2.pth"


def test_checkpoints_in_another_folder(tmp_path):
    options = dict(default_hooks__checkpoint__out_dir=str(tmp_path / "kept"),
                   custom_hooks=[dict(type="mmpartial.PseudoLabelHook", path="table")])  # fmt: skip
    finished(tmp_path / "run", epochs=2, **options)
    (tmp_path / "run" / "last_checkpoint").write_text("")
    again = finished(tmp_path / "run", epochs=3, resume=True, **options)
    assert again.message_hub.get_scalar("train/loss").data[0].size == 12
    assert (tmp_path / "kept" / "run" / "epoch_3.pth").exists()
    options["default_hooks__checkpoint__out_dir"] = str(tmp_path / "other")
    again = finished(tmp_path / "run", epochs=4, resume=True, **options)  # its table is in "kept"
    assert again.message_hub.get_scalar("train/loss").data[0].size == 16


def mapped(folder, kill=None, **options):
    hooks = [dict(type="mmpartial.PseudoLabelHook", path="table")]
    runner = tiny_runner(folder, custom_hooks=hooks, **options)
    if kill is not None:
        runner.register_hook(Kill(*kill))
    runner.train()


@pytest.mark.parametrize("resume", [False, True])
def test_killed_before_the_first_checkpoint_the_same_command_works(tmp_path, resume):
    with pytest.raises(Killed):
        mapped(tmp_path, kill=("after_train_iter", 2))
    assert (tmp_path / "table.0").exists()
    mapped(tmp_path, resume=resume)
    assert (tmp_path / "epoch_2.pth").exists()
    shutil.copy(tmp_path / "table.0", tmp_path / "before")
    with pytest.raises(FileExistsError, match="table.0 exists"):
        mapped(tmp_path)  # that run has finished
    assert (tmp_path / "table.0").read_bytes() == (tmp_path / "before").read_bytes()


def test_a_table_of_somebody_else_is_never_written_over(tmp_path):
    (tmp_path / "table.0").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="table.0 exists"):
        mapped(tmp_path)
    in_memory = [dict(type="mmpartial.PseudoLabelHook")]
    finished(tmp_path / "b", epochs=1, custom_hooks=in_memory)
    (tmp_path / "b" / "table.0").write_bytes(b"mine")
    with pytest.raises(FileExistsError, match="table.0 exists"):
        mapped(tmp_path / "b", resume=True)
    for folder in (tmp_path, tmp_path / "b"):
        assert (folder / "table.0").read_bytes() == b"mine"


def test_two_work_dirs_do_not_share_a_table(tmp_path):
    shared = [dict(type="mmpartial.PseudoLabelHook", path=str(tmp_path / "table"))]
    runner = tiny_runner(tmp_path / "a", custom_hooks=shared)
    runner.register_hook(Kill("after_train_iter", 2))
    with pytest.raises(Killed):
        runner.train()
    with pytest.raises(FileExistsError, match="table.0 exists"):
        tiny_runner(tmp_path / "b", custom_hooks=shared).train()


def test_a_prior_that_was_begun_is_written_again(tmp_path):
    leaf = "csl/csl-prior_resnet18_digits-pal06.py"
    options = dict(model__head__q=1.0, default_hooks__checkpoint__interval=2)
    runner = tiny_runner(tmp_path, leaf, **options)
    runner.register_hook(Kill("before_train_epoch", 4))
    with pytest.raises(Killed):
        runner.train()
    assert (tmp_path / "class_prior.json").exists() and not (tmp_path / "epoch_1.pth").exists()
    tiny_runner(tmp_path, leaf, **options).train()
    with pytest.raises(FileExistsError, match=r"class_prior.json exists"):
        tiny_runner(tmp_path, leaf, **options).train()


def test_a_folder_where_a_checkpoint_will_be_written(tmp_path):
    (tmp_path / "epoch_2.pth").mkdir()
    with pytest.raises(ValueError, match="epoch_2.pth is a folder, and a checkpoint would be writ"):
        tiny_runner(tmp_path).train()
