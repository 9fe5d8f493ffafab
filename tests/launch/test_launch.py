"""The command line: other methods, keys that nothing reads, and errors as one sentence."""

import errno
import os
import re
import sys
from pathlib import Path
from urllib.error import URLError

import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmengine.runner.checkpoint import load_checkpoint
from torch.utils.data import DataLoader

import mmpartial.engine.hooks  # noqa: F401
from mmpartial.launch.command_line import prepare
from mmpartial.launch.config_errors import sentence_of
from mmpartial.launch.methods import PIECES
from mmpartial.registry import DATASETS, HOOKS, MODELS
from tests.commands import TRAIN, run_here, run_script
from tests.runs import CONFIGS, digits_leaf, tiny_config, tiny_runner
from tests.test_configs import LEAVES

DIGITS = str(CONFIGS / "resnet18_digits_pal06.py")


@pytest.mark.parametrize("method", ["hill", "role", "ll_cp", "comic", "boostlu_ll_cp",
                                    "partial_imbalance_scratch"])  # fmt: skip
def test_a_method_by_name_is_that_of_its_leaf(tmp_path, method):
    arguments, _ = prepare(["--work-dir", "out", DIGITS, "--method", method, "--amp"], tmp_path)
    new = tmp_path / f"resnet18_digits_pal06_{method}.py"
    assert arguments == ["--work-dir", "out", str(new), "--amp"]
    leaf = digits_leaf("" if method == "partial_imbalance_scratch" else method)
    own, made = (
        Config.fromfile(str(CONFIGS / leaf)),
        Config.fromfile(new),
    )
    for part in ("model", "custom_hooks", "train_dataloader", "optim_wrapper"):
        assert own[part] == made[part]


def test_a_method_of_ones_own_and_options(tmp_path):
    piece = tmp_path / "mine.py"
    piece.write_text((PIECES / "asl.py").read_text())
    given = [f"--method={piece}", DIGITS, "--cfg-options", "model.head.q=1.0", "randomness.seed=3"]
    arguments, cfg = prepare(given, tmp_path)
    assert arguments == [str(tmp_path / "resnet18_digits_pal06_mine.py"), *given[2:]]
    assert "custom_hooks" in cfg and cfg.custom_hooks == [] and cfg.randomness.seed == 3
    piece.write_text("custom_imports = dict(imports=['nothing.here'])\n")
    with pytest.raises(ValueError, match="mine.py: custom_imports: .* Set PYTHONPATH to the fold"):
        prepare(given, tmp_path)


@pytest.mark.parametrize("given, sentence", [
    (["--method", "hil"], "there is no method 'hil'; the nearest is 'hill'. Give the name of"),
    (["--method", "nowhere/mine.py"], "there is no method 'nowhere/mine.py'"),
    (["--cfg-options", "train_dataloder.batch_size=8"],
     "--cfg-options train_dataloder.batch_size: the config has no 'train_dataloder'; the nearest "
     "is 'train_dataloader'."),
    (["--cfg-options", "optim_wraper.optimizer.lr=1", "randomness.seed=1"], "is 'optim_wrapper'."),
    (["--cfg-options", "lr=1"], "--cfg-options lr: the config has no 'lr'"),
])  # fmt: skip
def test_what_nothing_reads(tmp_path, given, sentence):
    with pytest.raises(ValueError, match=re.escape(sentence)):
        prepare([DIGITS, *given], tmp_path)


def test_a_file_of_results_is_not_overwritten(tmp_path):
    (tmp_path / "a.pkl").touch()
    for words in (["--out", str(tmp_path / "a.pkl")], [f"--out={tmp_path / 'a.pkl'}"]):
        with pytest.raises(FileExistsError, match="a.pkl exists: give another name, or remove it"):
            prepare([DIGITS, *words], tmp_path)
    prepare([DIGITS, "--out", str(tmp_path / "b.pkl")], tmp_path)


def test_two_letters_of_a_key_changed_places(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(f"_base_ = {DIGITS!r}\ntrian_cfg = dict(max_epochs=1)\n")
    with pytest.raises(ValueError, match="nothing reads 'trian_cfg'; the nearest is 'train_cfg'"):
        prepare([str(file)], tmp_path)


@pytest.mark.parametrize("words, message", [
    (["my.csv"], "my.csv is no config: first give a file that ends in .py.* tools/init_project.py"),
    ([DIGITS, "--cfg-options", "train_cfg.max_epochs"], "--cfg-options train_cfg.max_epochs: wri"),
    ([DIGITS, "--cfg-options", "a", "=", "3"], "--cfg-options a: write KEY=VALUE, without a bla"),
])  # fmt: skip
def test_words_that_are_no_config_and_no_option(tmp_path, words, message):
    with pytest.raises(ValueError, match=message):
        prepare(words, tmp_path)


def test_a_misspelt_key_in_a_file(tmp_path):
    file = tmp_path / "mine.py"
    file.write_text(f"_base_ = {DIGITS!r}\nparam_schedulers = []\nmine = 3\n")
    with pytest.raises(
        ValueError, match="mine.py: nothing reads 'param_schedulers'; the nearest is"
    ):
        prepare([str(file)], tmp_path)


@pytest.mark.parametrize("key", ["model_wrapper_cfg.type=x", "load_from=x", "resume=True",
                                 "custom_hooks=[]", "mine.part=1",
                                 "strategy=None"])  # fmt: skip
def test_what_is_read_or_there(tmp_path, key):
    file = tmp_path / "mine.py"
    file.write_text(f"_base_ = {DIGITS!r}\nmine = dict(part=3)\n")
    assert prepare([str(file), "--cfg-options", key], tmp_path)[0][-1] == key


@pytest.mark.slow
def test_configs_are_read(tmp_path):
    """One of each folder; other tests check the keys of all."""
    for leaf in {Path(leaf).parent: leaf for leaf in LEAVES}.values():
        prepare([str(CONFIGS / leaf)], tmp_path)
    assert prepare(["--help"], tmp_path) == (["--help"], None)


def raised(build):
    try:
        build()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


def test_arguments_of_another_method(tmp_path):
    other = dict(gamma_pos=1, type="mmpartial.PartialBCELoss")
    cfg = tiny_config(tmp_path, "hill/hill_resnet18_digits-pal06.py", model__head__loss=other)
    error = raised(lambda: Runner.from_cfg(cfg))
    assert type(error) is TypeError
    text = sentence_of(error, cfg)
    assert text.startswith(
        "model.head.loss is of type mmpartial.PartialBCELoss, which takes no gamma_pos."
    )
    assert (
        "--cfg-options model.head.loss._delete_=True), or take a whole method with --method" in text
    )


def test_a_forgotten_delete_of_a_dataset(tmp_path):
    cfg = tiny_config(tmp_path)
    cfg.train_dataloader.dataset.dataset = dict(
        type="mmpartial.VOCMultiLabel", split="train", indices=64, data_root="x", shift=2
    )
    text = sentence_of(raised(lambda: DATASETS.build(cfg.train_dataloader.dataset)), cfg)
    assert text.startswith(
        "train_dataloader.dataset.dataset is of type mmpartial.VOCMultiLabel, which takes"
    )
    assert "shift" in text and "write _delete_=True into that dict" in text


def test_arguments_of_another_hook(tmp_path):
    wrong = dict(type="mmpartial.DSchedulerHook", momenta=1, k=2)
    cfg = tiny_config(tmp_path, custom_hooks=[dict(type="EMAHook"), wrong])
    text = sentence_of(raised(lambda: HOOKS.build(cfg.custom_hooks[1])), cfg)
    assert text.startswith(
        "custom_hooks[1] is of type mmpartial.DSchedulerHook, which takes no k, momenta."
    )


def test_a_prefix_that_selects_nothing(tmp_path):
    torch.save(dict(weight=torch.zeros(3)), tmp_path / "w.pth")
    init = dict(type="Pretrained", checkpoint=str(tmp_path / "w.pth"), prefix="timm_model")
    runner = tiny_runner(tmp_path, model__backbone__init_cfg=[init])
    assert sentence_of(raised(runner.train), runner.cfg).startswith(
        "no tensor of the pretrained file begins with 'timm_model.': remove prefix"
    )


def test_one_cycle_of_too_few_steps(tmp_path):
    cycle = {"param_scheduler__pct_start": 0.25, "param_scheduler__total_steps": 1}
    runner = tiny_runner(tmp_path, train_cfg__max_epochs=1, **cycle)
    assert sentence_of(raised(runner.train), runner.cfg).startswith(
        "param_scheduler: a OneCycleLR cannot start if pct_start times its number of iterations"
    )


@pytest.mark.parametrize("registry, name, sentence", [
    (DATASETS, "mmpartial.AnnotatedImage",
     "there is no dataset 'mmpartial.AnnotatedImage'; the nearest is 'mmpartial.AnnotatedImages'."),
    (MODELS, "mmpartial.HilLoss", "there is no model 'mmpartial.HilLoss'; the nearest is 'mmpart"),
    (HOOKS, "EMAHok", "there is no hook 'EMAHok'; the nearest is 'EMAHook'."),
])  # fmt: skip
def test_types_that_nobody_registered(registry, name, sentence):
    assert sentence_of(raised(lambda: registry.build(dict(type=name))), None).startswith(sentence)


class Broken:
    def __len__(self):
        return 4

    def __getitem__(self, index):
        raise ValueError("a.jpg is damaged: copy it again.")


def test_errors_of_workers_keep_their_sentence():
    error = raised(lambda: next(iter(DataLoader(Broken(), num_workers=1))))
    assert "Traceback" in str(error)
    assert sentence_of(error, None) == "a.jpg is damaged: copy it again."


def test_an_argument_that_a_delete_took_out(tmp_path):
    head = dict(type="MultiLabelLinearClsHead", in_channels=16)
    text = sentence_of(raised(lambda: MODELS.build(head)), tiny_config(tmp_path))
    assert text.startswith("the config of a MultiLabelLinearClsHead lacks 'num_classes'")
    assert "repeat the keys that it still needs" in text


@pytest.mark.parametrize("damage", [
    lambda whole: b"not a checkpoint",
    lambda whole: whole[: len(whole) // 2],
    lambda whole: b"<!DOCTYPE html><html>404</html>",
])  # fmt: skip
def test_a_file_that_is_no_checkpoint(tmp_path, damage):
    file = tmp_path / "a.pth"
    torch.save(dict(state_dict=dict(weight=torch.zeros(1000))), file)
    file.write_bytes(damage(file.read_bytes()))
    text = sentence_of(raised(lambda: load_checkpoint(torch.nn.Linear(1, 1), str(file))), None)
    assert text.startswith(f"{file} is ") and "not a checkpoint" in text
    text = sentence_of(raised(lambda: torch.load(file)), None)  # for torchvision:// and the like
    assert text.startswith("a checkpoint is damaged, or not a checkpoint")


@pytest.mark.parametrize("code, message", [
    ("model = dict(head=dict(num_classes=N))", "mine.py, line 2: NameError: name 'N' is not def"),
    ("import nothing_here", "mine.py, line 2: ModuleNotFoundError: No module named 'nothing_here'"),
    ("x = 1 / 0", "mine.py, line 2: ZeroDivisionError: division by zero."),
    ("model = dict(", r"mine.py, or .* inherits, is not valid Python: .* line 2 .model = "),
    ("custom_imports = dict(imports=['nothing.here'])",
     "mine.py: custom_imports: .*nothing.here .No module named 'nothing'.. Set PYTHONPATH to the"),
])  # fmt: skip
def test_a_config_that_python_cannot_read(tmp_path, code, message):
    file = tmp_path / "mine.py"
    file.write_text(f"_base_ = {DIGITS!r}\n{code}\n")
    with pytest.raises(ValueError, match=message):
        prepare([str(file)], tmp_path)


@pytest.mark.parametrize("options, sentence", [
    (dict(train_cfg__max_epoch=3),
     "train_cfg has no 'max_epoch'; the nearest is 'max_epochs'."),
    (dict(randomness=dict(sed=3)), "randomness has no 'sed'; the nearest is 'seed'."),
    (dict(default_hooks__checkpoint__intervall=1),
     "default_hooks.checkpoint is of type mmpartial.ResumableCheckpointHook, which takes no "
     "'intervall'; the nearest is 'interval'."),
    (dict(train_cfg__type="EpochBasedTrainLoop"), "train_cfg has type and by_epoch, which exclude"),
    (dict(optim_wrapper__optimizer__type="AdamWW"),
     "there is no optimizer 'AdamWW'; the nearest is 'AdamW'."),
    (dict(optim_wrapper__type="AmpOptimWraper"),
     "there is no optimizer wrapper 'AmpOptimWraper'; the nearest is 'AmpOptimWrapper'."),
    (dict(model__head__loss="mmpartial.HillLoss"), "a part of the config is str and should be a d"),
    (dict(optim_wrapper__type="AmpOptimWrapper"), "needs a GPU: on a CPU, set optim_wrapper.type="),
    (dict(val_evaluator__thrs=0.3),
     "val_evaluator is of type mmpartial.PartialMultiLabelMetric, which takes no thrs; the nea"),
])  # fmt: skip
def test_values_that_fit_nowhere(tmp_path, monkeypatch, options, sentence):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    cfg = tiny_config(tmp_path, **options)
    error = raised(lambda: Runner.from_cfg(cfg).train())
    assert sentence in sentence_of(error, cfg)


def test_an_item_of_a_list_that_is_shorter(tmp_path):
    error = raised(lambda: prepare([DIGITS, "--cfg-options", "custom_hooks.5.m=3"], tmp_path))
    assert sentence_of(error, None).startswith("--cfg-options names item 5 of a list")


@pytest.mark.parametrize("error", [RuntimeError("CUDA"), KeyError("a"), TypeError("f() takes 1"),
                                   AssertionError("of our own code")])  # fmt: skip
def test_faults_of_the_code_keep_their_traceback(error):
    assert sentence_of(error, None) is None


@pytest.mark.slow
def test_a_command_that_fails(tmp_path):
    option = "train_dataloader.dataset.setting=SPL"
    given = (DIGITS, "--work-dir", tmp_path, "--cfg-options", option)
    done = run_script(TRAIN, *given, cwd=tmp_path, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    (line,) = [text for text in done.stdout.splitlines() if text.startswith("train.py: ")]
    assert "takes no ratio" in line and "write ratio=None" in line


def test_weights_that_cannot_be_downloaded():
    cfg = Config.fromfile(str(CONFIGS / "resnet50_coco_pal06.py"))
    text = sentence_of(URLError("Name or service not known"), cfg)
    assert cfg.model.backbone.init_cfg.checkpoint in text
    assert "give its path as model.backbone.init_cfg.checkpoint, or train without it (" in text
    cfg = Config(dict(load_from="torchvision://resnet18", model=dict(init_cfg=[])))
    text = sentence_of(URLError("Name or service not known"), cfg)
    assert "load_from=torchvision://resnet18. Download" in text
    assert "without it (load_from=None)," in text
    wanted = dict(init_cfg=[dict(type="Pretrained", checkpoint="https://x.org/a.pth")])
    text = sentence_of(URLError("Name or service not known"), Config(dict(model=wanted)))
    assert "as model.init_cfg[0].checkpoint, or train without it (model.init_cfg=None)" in text


def test_a_misspelt_key_of_a_dataloader():
    cfg = Config(dict(val_dataloader=dict(batchsize=8, dataset=dict())))
    text = sentence_of(raised(lambda: DataLoader([], batchsize=8)), cfg)
    assert text == "val_dataloader has no 'batchsize'; the nearest is 'batch_size'."


def test_the_dict_that_does_not_take_an_argument_is_named():
    images = dict(type="mmpartial.AnnotatedImages", format="wide_csv")
    wrong = dict(type="mmpartial.COCOMultiLabel", format="wide_csv", ann_file="x.json")
    cfg = Config(dict(images=images, train_dataloader=dict(dataset=wrong)))
    text = sentence_of(raised(lambda: DATASETS.build(dict(wrong))), cfg)
    assert text.startswith(
        "train_dataloader.dataset is of type mmpartial.COCOMultiLabel, which takes no"
    )


@pytest.mark.parametrize("arguments, message", [
    ([DIGITS, "--cfg-option", "a=1"], "^--cfg-option: write the whole option, such as --cfg-opt"),
    ([DIGITS, "--resum"], "^--resum: write the whole option, such as --resume"),
    (["model.pth", DIGITS], r"^model\.pth is no config: first give a file that ends in \.py"),
    ([DIGITS, "--auto-scale-lr"], r"--auto-scale-lr needs auto_scale_lr=dict\(base_batch_size=N"),
])  # fmt: skip
def test_arguments_that_mmpretrain_would_misread(tmp_path, arguments, message):
    with pytest.raises(ValueError, match=message):
        prepare(arguments, tmp_path)


@pytest.mark.parametrize("number, text", [
    (errno.ENOSPC, "written .No space left on device.: make room"),
    (errno.EROFS, "read or written .Read-only file system.: change its permissions"),
    (errno.EISDIR, "read or written .Is a directory.: move this folder away"),
    (errno.ESTALE, "read or written .Stale file handle.: its disk or network share has failed"),
])  # fmt: skip
def test_disks_that_fail(number, text):
    """In this process, in a worker that loads data, and in a rename."""
    text = f"^x.csv cannot be {text}"
    error = OSError(number, os.strerror(number), "x.csv")
    assert re.match(text, sentence_of(error, None))
    caught = (
        "Caught OSError in DataLoader worker process 0.\nOriginal Traceback:\n  File\nOSError: "
    )
    assert re.match(text, sentence_of(OSError(f"{caught}{error}"), None))
    renamed = OSError(number, os.strerror(number), "x.csv.partial", None, "x.csv")
    assert re.match(text, sentence_of(renamed, None))


def test_a_process_that_loads_data_and_dies():
    """As by a full /dev/shm, or a mapped file that was cut off."""
    text = "DataLoader worker (pid 7) is killed by signal: Bus error. It is possible that"
    said = sentence_of(RuntimeError(text), None)
    assert said.startswith("a process that loads data is killed by signal: Bus error: the memory")
    assert sentence_of(RuntimeError("DataLoader worker (pid(s) 7) exited unexpectedly"), None)


def test_a_training_that_the_user_stops(monkeypatch, capsys):
    def stopped(cfg):
        raise KeyboardInterrupt

    monkeypatch.setattr("mmpartial.launch.stock_script.compute_missing_features", stopped)
    monkeypatch.setattr(sys, "excepthook", None)
    with pytest.raises(KeyboardInterrupt):
        run_here(monkeypatch, TRAIN, DIGITS)
    assert "\nstopped. --resume goes on" in capsys.readouterr().err


def test_validation_on_two_datasets_that_do_not_fit():
    """MMEngine's ConcatDataset says that the 2-th dataset differs, and not in what."""
    lazy = dict(type="CustomDataset", data_root=".", lazy_init=True)
    datasets = [dict(lazy, classes=list(names)) for names in ("ab", "ba")]
    error = raised(lambda: DATASETS.build(dict(type="ConcatDataset", datasets=datasets)))
    assert "have different classes, or another order of them (dataset 2" in sentence_of(error, None)


def test_a_dataset_without_a_pipeline():
    assert "pipeline" in sentence_of(KeyError("inputs"), None)
