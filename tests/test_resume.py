"""Runs that are killed and resumed end as those that are not, bit for bit."""

import pytest
from mmengine.runner import Runner

from mmpartial.launch.methods import method_piece, use_method
from mmpartial.utils.torch_load import read_checkpoint
from tests.commands import start_server
from tests.runs import Kill, Killed, Losses, equal, tiny_config
from tests.test_configs import LEAVES

DIGITS = [leaf for leaf in LEAVES if "digits" in leaf]
SMALL = dict(
    model__head__q=1.0,
    train_dataloader__dataset__dataset__indices=32,
    val_dataloader__dataset__indices=20,
    default_hooks__checkpoint__save_best=None,
)
WARM_UP = [dict(type="mmpartial.AsymmetricPseudoLabelHook", warmup=1)]
SURE = [dict(type="mmpartial.SureLabelHook", logit=0.05),
        dict(type="mmpartial.EMAHook", momentum=0.5)]  # fmt: skip
OTHER = {
    "csl/csl_resnet18_digits-pal06.py": dict(model__head__loss__prior=[0.1] * 39 + [0.9]),
    "em_apl/em_apl_resnet18_digits-pal06.py": dict(custom_hooks=WARM_UP),
    "two_way_aug_pl/two_way_aug_pl_resnet18_digits-pal06.py": dict(custom_hooks=SURE),
}
KEPT = ("state_dict", "ema_state_dict", "optimizer", "pseudo_labels", "loss_memory", "class_prior")


def run(folder, leaf, checkpoint=None, method=None):
    """Two epochs, from the start or from a checkpoint."""
    cfg = tiny_config(folder, leaf, **SMALL, **OTHER.get(leaf, {}))
    if method is not None:
        use_method(cfg, method_piece(method))
        cfg.train_dataloader.dataset.setting = "PPL"  # in PAL it leaves out unknown labels
    evaluated = cfg.val_dataloader.dataset
    if "dataset" in evaluated:  # a held-out part, whose images are those of the dataset inside
        evaluated.dataset.indices = evaluated.pop("indices")
    cfg.resume, cfg.load_from = checkpoint is not None, checkpoint
    Runner.from_cfg(cfg).train()
    return read_checkpoint(folder / "epoch_2.pth")


@pytest.mark.slow
@pytest.mark.parametrize("leaf", DIGITS)
def test_resumed_is_as_uninterrupted(leaf, tmp_path):
    whole = run(tmp_path / "whole", leaf)
    first = tmp_path / "whole" / "epoch_1.pth"
    resumed = run(tmp_path / "resumed", leaf, checkpoint=str(first))
    for part in set(KEPT) & set(whole):
        assert equal(whole[part], resumed[part]), part
    assert not equal(read_checkpoint(first)["state_dict"], whole["state_dict"])


DEFAULT = "resnet18_digits_pal06.py"


@pytest.mark.parametrize("method", ["partial_imbalance", "partial_imbalance_finetuned"])
def test_chances_and_bound_go_on_where_they_were(method, tmp_path):
    """The methods for pretrained networks, which have no leaf on the digits."""
    whole = run(tmp_path / "whole", DEFAULT, method=method)
    first = str(tmp_path / "whole" / "epoch_1.pth")
    resumed = run(tmp_path / "resumed", DEFAULT, first, method)
    for part in ("state_dict", "pseudo_labels", "loss_memory"):
        assert equal(whole[part], resumed[part]), part
    assert not equal(read_checkpoint(first)["pseudo_labels"], whole["pseudo_labels"])


def table(**options):
    return dict(custom_hooks=[dict(type="mmpartial.DSchedulerHook"),
                              dict(type="mmpartial.PseudoLabelHook", **options)])  # fmt: skip


TABLES = {
    "visit": (DEFAULT, table(momentum=0.5)),
    "epoch": (DEFAULT, table(update="epoch", momentum=0.5)),
    "file": (DEFAULT, table(path="table", keep=8, init=0.0, momentum=0.5)),
    # A fork server pickles the dataset as spawn does, and has imported the stack.
    "epoch, classes, workers that are not forked": (DEFAULT, dict(
        table(path="table", keep=8, init=0.0, update="epoch"),
        model__head__q_sampling="classes", train_dataloader__num_workers=1,
        train_dataloader__persistent_workers=True,
        train_dataloader__multiprocessing_context="forkserver")),
    "em_apl": ("em_apl/em_apl_resnet18_digits-pal06.py", dict(custom_hooks=WARM_UP)),
    "ll_cp": ("ll_cp/ll_cp_resnet18_digits-pal06.py", dict(model__head__loss__delta=0.1)),
    "role": ("role/role_resnet18_digits-pal06.py", {}),
    "prior": ("csl/csl-prior_resnet18_digits-pal06.py", {}),
    "csl": ("csl/csl_resnet18_digits-pal06.py", OTHER["csl/csl_resnet18_digits-pal06.py"]),
    "p_asl": ("p_asl/p_asl_resnet18_digits-pal06.py", {}),
    "plm": ("plm/plm_resnet18_digits-pal06.py", {}),
    "two_way_aug_pl": ("two_way_aug_pl/two_way_aug_pl_resnet18_digits-pal06.py",
                       dict(custom_hooks=SURE)),
    "averaged weights": (DEFAULT, dict(default_hooks__ema=dict(type="EMAHook", momentum=0.1))),
}  # fmt: skip
SHORT = ("visit", "file", "averaged weights")
# Within and after each of three epochs of four iterations, and before and after a validation.
KILLS = [("after_train_iter", 2), ("before_train_epoch", 4), ("after_train_iter", 5),
         ("before_val_epoch", 8), ("after_val_epoch", 8), ("after_train_iter", 10),
         ("before_val_epoch", 12)]  # fmt: skip
# Where the same code saves the runs.
ONE_WITHIN_AND_ONE_AFTER = KILLS[2:4]


def three_epochs(folder, leaf, options, losses, kill=None):
    """The same command each time; False if the run was killed."""
    q = 0.5 if leaf == DEFAULT else 1.0
    small = dict(model__head__q=q, val_dataloader__dataset__indices=20, resume=True,
                 train_cfg__max_epochs=3, train_cfg__val_interval=1)  # fmt: skip
    runner = Runner.from_cfg(tiny_config(folder, leaf, **small, **options))
    runner.register_hook(losses)
    if kill is not None:
        runner.register_hook(Kill(*kill))
    try:
        runner.train()
    except Killed:
        return False
    return True


def ended(folder):
    """Last and best checkpoint of a run."""
    best = sorted(folder.glob("best_*.pth"))
    assert len(best) == 1
    files = folder / "epoch_3.pth", best[0]
    return best[0].name, [read_checkpoint(file) for file in files]


@pytest.mark.parametrize(
    "method",
    [
        pytest.param(method, marks=[] if method in SHORT else [pytest.mark.slow])
        for method in TABLES
    ],
)
def test_killed_within_and_after_each_of_three_epochs(method, tmp_path):
    start_server()
    leaf, options = TABLES[method]
    whole, broken = Losses(), Losses()
    assert three_epochs(tmp_path / "whole", leaf, options, whole)
    for kill in KILLS if method in ("visit", "epoch") else ONE_WITHIN_AND_ONE_AFTER:
        assert not three_epochs(tmp_path / "broken", leaf, options, broken, kill), kill
    assert three_epochs(tmp_path / "broken", leaf, options, broken)
    assert broken.values == whole.values and len(whole.values) == 12
    (best, expected), (again, found) = ended(tmp_path / "whole"), ended(tmp_path / "broken")
    assert best == again
    for a, b in zip(expected, found, strict=True):
        assert a["meta"]["epoch"] == b["meta"]["epoch"] and a["meta"]["iter"] == b["meta"]["iter"]
        for part in set(KEPT) & set(a):
            assert equal(a[part], b[part]), part
    info = [c[0]["message_hub"]["runtime_info"]["best_score"] for c in (expected, found)]
    assert info[0] == info[1]
    if method == "prior":
        files = [tmp_path / name / "class_prior.json" for name in ("whole", "broken")]
        assert files[0].read_text() == files[1].read_text()
