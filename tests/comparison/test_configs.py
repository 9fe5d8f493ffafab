"""The config of a run differs from the base in what the run says, and in nothing else."""

from functools import cache

import pytest
from mmpretrain.registry import DATASETS

from mmpartial.comparison import Run, load_base, parse_setting
from mmpartial.comparison.configs import MAP, compose
from tests.runs import CONFIGS, digits_leaf, read_config

BASE = CONFIGS / "resnet18_digits_pal06.py"
WITHOUT_A_LEAF = (  # on digits, of that name
    "csl",
    "class_prior",
    "class_prior_positives",
    "partial_imbalance",
    "partial_imbalance_finetuned",
)
METHODS = sorted(path.stem for path in (CONFIGS / "_base_" / "methods").glob("*.py"))


@cache
def base_of(start):
    return load_base(CONFIGS / digits_leaf(start))


def piece(method):
    return read_config(f"_base_/methods/{method}.py")


def composed(method="role", setting="SPL", base=BASE, held_out=0.15, labels="full", **options):
    run = Run(method, setting, seed=3, lr=0.01)
    return compose(load_base(base, options), piece(method), run, held_out, labels)


@pytest.mark.parametrize("name", ["model.head.loss", "model.head.loss.smoothing", "model.head.q"])
def test_options_that_methods_replace(name):
    with pytest.raises(ValueError, match=f"^{name} would have no effect, because each method"):
        load_base(BASE, {name: 0.5})


@pytest.mark.slow
@pytest.mark.parametrize("method", [m for m in METHODS if m not in WITHOUT_A_LEAF])
@pytest.mark.parametrize("start", ["", "partial_imbalance_paper", "em_apl", "comic"])
def test_the_method_is_that_of_its_own_leaf(method, start):
    """Whatever method the base config has."""
    leaf = digits_leaf("" if method == "partial_imbalance_scratch" else method)
    own = read_config(leaf)
    cfg = compose(base_of(start), piece(method), Run(method, "SPL", 0, 0.01), 0.15, "full")
    assert cfg.model == own.model
    if method == "em_apl":
        own.custom_hooks[0]["warmup"] = 11  # half of the 22 epochs
    assert cfg.custom_hooks == own.custom_hooks


def test_hooks_of_the_recipe_stay():
    cfg = load_base(BASE)
    cfg.custom_hooks.append(dict(type="EMAHook"))
    cfg = compose(cfg, piece("asl"), Run("asl", "SPL", 0, 0.1), 0.1, "full")
    assert cfg.custom_hooks == [dict(type="EMAHook")]


def test_setting_seed_and_rate():
    cfg = composed()
    train = cfg.train_dataloader.dataset
    assert (train.setting, train.seed, train.held_out, train.get("ratio")) == ("SPL", 3, 0.15, None)
    assert cfg.randomness.seed == 3
    assert cfg.optim_wrapper.optimizer.lr == cfg.param_scheduler.eta_max == 0.01
    assert composed(setting="FPC1000").train_dataloader.dataset.n == 1000
    assert cfg.default_hooks.checkpoint.save_best == MAP


def test_validation_on_held_out_images():
    cfg = composed(setting="PAL0.3")
    train, held_out = (
        DATASETS.build(cfg[f"{part}_dataloader"].dataset) for part in ("train", "val")
    )
    assert not set(train.ids) & set(held_out.ids) and len(train) + len(held_out) == 4000
    assert (held_out.labels != -1).all() and (train.labels == -1).any()
    assert held_out[0]["inputs"].shape == (3, 40, 40)
    assert "PackInputs" in str(held_out.pipeline) and "Crop" not in str(held_out.pipeline)
    cfg = composed(setting="PAL0.3", labels="observed")
    assert (cfg.val_dataloader.dataset.setting, cfg.val_dataloader.dataset.ratio) == ("PAL", 0.3)
    cfg = composed(held_out=0)
    assert cfg.val_dataloader is None and cfg.default_hooks.checkpoint.save_best is None
    assert "held_out" not in cfg.train_dataloader.dataset


def test_the_outermost_test_pipeline_prepares_held_out_images():
    base = load_base(BASE)
    own = [dict(type="PackInputs")]
    test = dict(type="mmpartial.PartialLabelDataset", setting="FAL", pipeline=own)
    base.test_dataloader.dataset = dict(test, dataset=base.test_dataloader.dataset)
    cfg = compose(base, piece("asl"), Run("asl", "SPL", 0, 0.1), 0.1, "full")
    assert cfg.val_dataloader.dataset.pipeline == own


def test_repeated_features_have_no_pipeline_either():
    base = load_base(CONFIGS / "frozen" / "frozen_efficientnet-lite0_corel5k-fal.py")
    train = base.train_dataloader.dataset
    train.dataset = dict(type="RepeatDataset", times=2, dataset=train.dataset)
    cfg = compose(base, piece("asl"), Run("asl", "SPL", 0, 0.1), 0.1, "full")
    held_out = cfg.val_dataloader.dataset
    assert "pipeline" not in held_out and not held_out.dataset.dataset.random_view


def test_held_out_features_are_those_of_the_image_as_it_is():
    cfg = composed(base=CONFIGS / "frozen" / "frozen_efficientnet-lite0_corel5k-fal.py")
    held_out = cfg.val_dataloader.dataset
    assert held_out.part == "held_out" and "pipeline" not in held_out
    assert held_out.dataset.part == "train" and not held_out.dataset.random_view
    assert cfg.train_dataloader.dataset.dataset.random_view


@pytest.mark.parametrize("setting, protocol", [("SPL", "unknown_negative"), ("PAL0.3", None)])
def test_observed_labels_without_negatives_can_be_scored(setting, protocol):
    cfg = composed(setting=setting, labels="observed")
    assert cfg.val_dataloader.dataset.setting == cfg.train_dataloader.dataset.setting
    assert cfg.val_evaluator.get("protocol") == protocol
    assert "protocol" not in cfg.test_evaluator


def test_schedules_follow_the_number_of_epochs():
    cfg = load_base(BASE, {"train_cfg.max_epochs": 5})
    assert cfg.param_scheduler.total_steps == 5
    cfg = load_base(CONFIGS / "resnet50_coco_fal.py", {"train_cfg.max_epochs": 5})
    assert cfg.param_scheduler.T_max == 5
    cfg = composed("em_apl", **{"train_cfg.max_epochs": 5})
    assert cfg.custom_hooks[0].warmup == 2


def test_a_base_without_partial_labels():
    base = load_base(BASE)
    base.train_dataloader.dataset = base.train_dataloader.dataset.dataset
    with pytest.raises(ValueError, match="trains on mmpartial.ClutteredDigits without mmpartial.P"):
        compose(base, piece("role"), Run("role", "SPL", 0, 0.1), 0.1, "full")


@pytest.mark.parametrize("evaluator", [[dict(type="Accuracy")], dict(prefix="other")])
def test_a_base_without_mean_average_precision(evaluator):
    base = load_base(BASE)
    if isinstance(evaluator, list):
        base.test_evaluator = evaluator
    else:
        base.test_evaluator.update(evaluator)
    with pytest.raises(ValueError, match="test_evaluator has no mmpartial.PartialMultiLabelMetric"):
        compose(base, piece("role"), Run("role", "SPL", 0, 0.1), 0.1, "full")


@pytest.mark.parametrize(
    "name, message",
    [
        ("ppl0.3x", "there is no setting 'ppl0.3x'; the nearest is 'PPL': write one of FAL"),
        ("XYZ", "there is no setting 'XYZ'"),
        ("PAL", "the setting PAL needs ratio, as in PAL0.3"),
        ("SPL2", "the setting SPL takes no number: write SPL, not SPL2"),
    ],
)
def test_settings_that_are_refused(name, message):
    with pytest.raises(ValueError, match=message):
        parse_setting(name)


def test_as_annotated():
    assert parse_setting("as-annotated") == dict(setting=None)
