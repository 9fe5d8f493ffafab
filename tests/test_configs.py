"""Every config is read, and its model and training parts are built."""

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.runner import Runner
from mmpretrain.datasets import CIFAR10, CIFAR100
from mmpretrain.registry import DATASETS, HOOKS, METRICS, MODELS
from mmpretrain.structures import DataSample
from PIL import Image

from mmpartial.datasets.settings import SETTINGS
from mmpartial.engine.checks.strategy import check_spread
from mmpartial.labels.groups import Groups
from mmpartial.labels.matrix import LabelMatrix
from mmpartial.launch.config_checks import check_lengths
from mmpartial.memory.label_table import LabelTable
from mmpartial.models.losses import PartialLoss
from mmpartial.utils.nested import branches
from mmpartial.utils.torch_load import read_checkpoint
from tests.datasets.published.test_chest_xray14 import write_chest_xray14
from tests.datasets.published.test_chexpert import write_chexpert
from tests.datasets.published.test_coco import content
from tests.datasets.published.test_cub_attributes import write_cub
from tests.datasets.published.test_l48 import write_l48
from tests.datasets.published.test_long_tailed_cifar import write_cifar
from tests.datasets.published.test_lvis import write_lvis
from tests.datasets.published.test_mimic_cxr import write_mimic_cxr
from tests.datasets.published.test_multi_mnist import write_mnist
from tests.datasets.published.test_nus_wide import write_nus_wide
from tests.datasets.published.test_open_images import write_open_images
from tests.datasets.published.test_padchest import write_padchest
from tests.datasets.published.test_plant_pathology import write_plant_pathology
from tests.datasets.published.test_vaw import write_vaw
from tests.datasets.published.test_vindr_cxr import write_vindr_cxr
from tests.datasets.published.test_vireo_food import write_vireo_food
from tests.datasets.published.test_vispr import write_vispr
from tests.datasets.published.test_visual_genome import write_visual_genome
from tests.datasets.published.test_voc import write_voc
from tests.formats.test_splits import write_splits
from tests.runs import CONFIGS, read_config, tiny_config

LEAVES = sorted(
    str(path.relative_to(CONFIGS)) for path in CONFIGS.rglob("*.py") if "_base_" not in path.parts
)
SETTINGS_OF_THE_PAPER = {"fal": ("FAL", None), "spl": ("SPL", None)} | {
    f"{name.lower()}0{n}": (name, n / 10) for name in ("PAL", "PPL") for n in (3, 6, 9)
}
SETTING_OF_NAME = SETTINGS_OF_THE_PAPER | {
    "rps05": ("RPS", 0.5),
    "fpc1000": ("FPC", 1000),
    "ssl005": ("SSL", 0.05),
    "plt04": ("PLT", 0.4),
    "as-annotated": (None, None),
    "semi": (None, None),
}
RECIPES = [
    "csl/csl-prior_resnet50_coco-fpc1000.py",
    "csl/csl-prior_resnet50_coco-rps05.py",
    "csl/csl_resnet50_coco-fpc1000.py",
    "csl/csl_resnet50_coco-rps05.py",
    "comic/comic_resnet50_coco-lt-plt04.py",
    "comic/comic_resnet50_voc-lt-plt04.py",
    "distribution_balanced/distribution_balanced_resnet50_coco-lt-fal.py",
    "distribution_balanced/distribution_balanced_resnet50_voc-lt-fal.py",
    "plm/plm_resnet18_cifar10-lt-fal.py",
    "plm/plm_resnet18_cifar100-lt-fal.py",
    "plm/plm_resnet18_multi-mnist-fal.py",
    "plm/plm_resnet50_coco-fal.py",
    "resnet50_chest-xray14_as-annotated.py",
    "resnet50_chexpert_as-annotated.py",
    "resnet50_cub_pal06.py",
    "resnet50_cxr-lt_fal.py",
    "resnet50_l48_as-annotated.py",
    "resnet50_lvis_as-annotated.py",
    "resnet50_plant-pathology_as-annotated.py",
    "resnet50_mimic-cxr_as-annotated.py",
    "resnet50_nus_pal06.py",
    "resnet18_own_as-annotated.py",
    "resnet50_padchest_as-annotated.py",
    "resnet50_vaw_as-annotated.py",
    "resnet50_vg200_fal.py",
    "resnet50_vg500_fal.py",
    "resnet50_vindr-cxr_as-annotated.py",
    "resnet50_vireo-food172_pal06.py",
    "resnet50_vispr_pal06.py",
    "resnet50_voc_pal06.py",
    "p_asl/p_asl_resnet50_open-images-as-annotated.py",
    "p_asl/p_asl_resnet50_open-images-v7-as-annotated.py",
    "resnet50_open-images-boxable_as-annotated.py",
    "resnet50_open-images-v3_as-annotated.py",
    "resnet50_open-images-v7_as-annotated.py",
]


ON_IMAGES = [n for n in LEAVES if not any(word in n for word in ("digits", "frozen", "last-st"))]


def test_the_promised_leaves_are_there():
    for data in ("resnet50_coco", "resnet18_digits"):
        for setting in SETTINGS_OF_THE_PAPER:
            assert f"{data}_{setting}.py" in LEAVES
    assert set(RECIPES) <= set(LEAVES)


def test_a_name_is_unique_and_begins_with_the_folder():
    """MMEngine names the work_dir after the file alone: two of a name would share checkpoints."""
    assert len({Path(leaf).name for leaf in LEAVES}) == len(LEAVES)
    part = "[a-z0-9-]+"
    for leaf in LEAVES:
        *folder, name = Path(leaf).parts
        rule = f"{folder[0]}(-prior)?_{part}_{part}.py" if folder else f"{part}_{part}_{part}.py"
        assert re.fullmatch(rule, name), leaf


@pytest.mark.parametrize("leaf", LEAVES)
def test_the_name_says_the_setting(leaf):
    """And nothing that train.py looks at first is wrong."""
    cfg = read_config(leaf)
    check_lengths(cfg)
    check_spread(cfg)
    dataset = cfg.train_dataloader.dataset
    assert dataset.type == "mmpartial.PartialLabelDataset" and dataset.setting in (None, *SETTINGS)
    name = next(name for name in SETTING_OF_NAME if Path(leaf).stem.endswith(name))
    options = [dataset.get(key) for key in ("ratio", "drop", "n")]
    value = next((option for option in options if option is not None), None)
    assert (dataset.setting, value) == SETTING_OF_NAME[name]


SHORT_VIT = dict(embed_dims=768, num_layers=2, num_heads=12, feedforward_channels=3072)


# Those of the digits train in tests/test_resume.py, and the recipes below.
@pytest.mark.slow
@pytest.mark.parametrize("leaf", [n for n in LEAVES if "digits" not in n and n not in RECIPES])
def test_model_takes_a_step(leaf):
    """The model is built without pretrained weights and trained on two images with unknowns."""
    cfg = read_config(leaf)
    cfg.model.backbone.pop("init_cfg", None)
    if "vit" in leaf:  # its first and last layer
        cfg.model.backbone.arch = SHORT_VIT
    give_prior(cfg)
    model = MODELS.build(cfg.model | dict(data_preprocessor=dict(
        type="ClsDataPreprocessor", **cfg.data_preprocessor)))  # fmt: skip
    for hook in [*cfg.custom_hooks, *cfg.default_hooks.values()]:
        if hook["type"].startswith("mmpartial."):
            HOOKS.build(hook)
    num_classes = cfg.model.head.num_classes
    assert cfg.data_preprocessor.get("num_classes", num_classes) == num_classes
    samples = []
    for row in range(2):
        target = torch.full((num_classes,), -1.0)
        target[row], target[row + 2 :: 3] = 1, 0
        sample = DataSample().set_gt_score(target)
        for field in ("row", "group_id"):
            sample.set_field(row, field, field_type="metainfo")
        samples.append(sample)
    model.head.memory = LabelTable(2, num_classes, "x")
    labels = np.stack([sample.gt_score for sample in samples]).astype(np.int8)
    for module in model.modules():
        if isinstance(module, PartialLoss):
            known, groups = LabelMatrix.from_dense(labels), Groups.from_names(["a", "b"])
            module.setup(SimpleNamespace(labels=known, groups=groups))
    # Networks without position embeddings take small images as well, in a tenth of the time; the
    # last maps of a Swin have to hold its window.
    smallest = 224 if "swin" in leaf else 64
    size = image_size(cfg) if "vit" in leaf else min(smallest, image_size(cfg))
    data = model.data_preprocessor(
        dict(
            inputs=torch.zeros(2, *image_shape(cfg, size), dtype=torch.uint8), data_samples=samples
        )
    )
    loss = model.parse_losses(model(**data, mode="loss"))[0]
    loss.backward()
    assert torch.isfinite(loss)
    metrics = cfg.val_evaluator
    [METRICS.build(m) for m in (metrics if isinstance(metrics, list) else [metrics])]


def give_prior(cfg):
    """Class priors in the place of the file that CSL's first run writes."""
    if "prior" in cfg.model.head.loss:
        cfg.model.head.loss.prior = [0.1] * (cfg.model.head.num_classes - 1) + [0.9]


def inner(dataset):
    """The config of the dataset in all wrappers."""
    return branches(dataset)[0][-1]


def image_size(cfg):
    steps = [
        *inner(cfg.train_dataloader.dataset).pipeline,
        *inner(cfg.val_dataloader.dataset).pipeline,
    ]
    sizes = [step.get("crop_size") or step.get("scale") for step in steps]
    size = [36, *(size for size in sizes if size)][-1]  # MultiMNIST's is as it is
    return size if isinstance(size, int) else size[0]


def image_shape(cfg, size):
    if cfg.model.backbone.type == "mmpartial.FeatureVector":
        return cfg.model.head.in_channels, 1, 1
    if cfg.model.backbone.get("start") == 5:  # of an EfficientNet-Lite0
        return 112, 4, 4
    return cfg.model.backbone.get("in_channels", 3), size, size


def write_coco(root, dataset):
    split, data = dataset.data_prefix, content()
    (root / split).mkdir(parents=True)
    for image in data["images"]:
        image["file_name"] = image["file_name"].replace("train2014", split)
        Image.new("RGB", (20, 16)).save(root / split / image["file_name"])
    (root / dataset.ann_file).parent.mkdir(exist_ok=True)
    (root / dataset.ann_file).write_text(json.dumps(data))
    if "image_list" in dataset:
        (root / dataset.image_list).parent.mkdir()
        (root / dataset.image_list).write_text("9\n57870\n25\n")


def write_own(root, dataset):
    if dataset.format == "splits":
        write_splits(root, dataset)
        return
    (root / dataset.data_prefix).mkdir(parents=True, exist_ok=True)
    (root / dataset.ann_file).write_text("image,cat,dog,bird\n1.jpg,1,,0\n2.jpg,0,1,\n")
    for number in (1, 2):
        Image.new("RGB", (20, 16)).save(root / dataset.data_prefix / f"{number}.jpg")


WRITERS = {
    "mmpartial.AnnotatedImages": write_own,
    "mmpartial.CheXpert": write_chexpert,
    "mmpartial.ChestXray14": write_chest_xray14,
    "mmpartial.COCOMultiLabel": write_coco,
    "mmpartial.CUBAttributes": write_cub,
    "mmpartial.L48": write_l48,
    "mmpartial.LVIS": write_lvis,
    "mmpartial.MIMICCXR": write_mimic_cxr,
    "mmpartial.MultiMNIST": write_mnist,
    "mmpartial.NUSWIDE": write_nus_wide,
    "mmpartial.OpenImages": write_open_images,
    "mmpartial.PadChest": write_padchest,
    "mmpartial.PlantPathology2021": write_plant_pathology,
    "mmpartial.VAW": write_vaw,
    "mmpartial.VisualGenome": write_visual_genome,
    "mmpartial.VinDrCXR": write_vindr_cxr,
    "mmpartial.VireoFood172": write_vireo_food,
    "mmpartial.VISPR": write_vispr,
    "mmpartial.VOCMultiLabel": write_voc,
}


def miniature(cfg, folder, monkeypatch):
    """Write the files that the datasets read, in their own formats, and point the config there."""
    for loader in (cfg.train_dataloader, cfg.val_dataloader):
        dataset = inner(loader.dataset)
        root = folder / dataset.data_root
        dataset.data_root = str(root)
        if dataset.type in WRITERS:
            WRITERS[dataset.type](root, dataset)
        else:
            stock = CIFAR100 if "CIFAR100" in dataset.type else CIFAR10
            write_cifar(root, stock, 2, monkeypatch)


@pytest.mark.parametrize("leaf", ON_IMAGES)
def test_pipelines_run_on_a_miniature(leaf, tmp_path, monkeypatch):
    """The datasets of the config read their data's file format and load an image."""
    cfg = read_config(leaf)
    miniature(cfg, tmp_path, monkeypatch)
    for loader in (cfg.train_dataloader, cfg.val_dataloader):
        built = DATASETS.build(loader.dataset)
        assert len(built) >= 2 and built[1]["inputs"].shape == image_shape(cfg, image_size(cfg))


@pytest.mark.parametrize(
    "leaf, positives",
    [
        ("comic/comic_resnet50_voc-lt-plt04.py", 2),
        ("distribution_balanced/distribution_balanced_resnet50_voc-lt-fal.py", 3),
    ],
)
def test_voc_labels(leaf, positives, tmp_path, monkeypatch):
    """An object that is marked difficult is absent to COMIC and present to DB."""
    cfg = read_config(leaf)
    miniature(cfg, tmp_path, monkeypatch)
    built = DATASETS.build(cfg.train_dataloader.dataset)
    assert built.num_rows == 2 and built.full_counts.sum() == positives


def shrink(cfg):
    """A narrow network on the processor, one epoch."""
    backbone, width = cfg.model.backbone, 128 if cfg.model.backbone.depth == 50 else 32
    backbone.update(init_cfg=None, base_channels=4, stem_channels=4)
    narrow = cfg.model.neck if "in_channels" in cfg.model.neck else cfg.model.head
    narrow.in_channels = width
    give_prior(cfg)
    for loader in (cfg.train_dataloader, cfg.val_dataloader, cfg.test_dataloader):
        loader.update(num_workers=0, persistent_workers=False, batch_size=2)
    cfg.train_dataloader.batch_size = 4 if "CIFAR" in str(cfg.train_dataloader) else 2
    cfg.train_cfg.max_epochs = 1


@pytest.mark.slow
@pytest.mark.parametrize("leaf", RECIPES)
def test_the_recipes_train(leaf, tmp_path, monkeypatch):
    """One epoch of the whole recipe with a narrow network, its score, and its optimizer."""
    cfg = read_config(leaf)
    shrink(cfg)
    miniature(cfg, tmp_path, monkeypatch)
    cfg.test_dataloader.dataset = cfg.val_dataloader.dataset
    cfg.work_dir = str(tmp_path / "run")
    runner = Runner.from_cfg(cfg)
    runner.train()
    best = cfg.default_hooks.checkpoint.save_best.replace("/", "_")
    assert list((tmp_path / "run").glob(f"best_{best}_*"))
    check_optimizer(leaf, runner)


def check_optimizer(leaf, runner):
    groups = runner.optim_wrapper.optimizer.param_groups
    if leaf.startswith("csl"):
        for group in groups:
            assert group["weight_decay"] == (1e-4 if group["params"][0].dim() > 1 else 0)
            assert group["initial_lr"] == pytest.approx(2e-4 / 25)  # where torch's cycle starts
        assert ("EMAHook" in str(runner.hooks)) == ("prior" not in leaf)
    elif leaf.startswith("comic"):
        trained = {n: p for n, p in runner.model.named_parameters() if p.requires_grad}
        assert not any("backbone" in name for name in trained) and len(trained) == len(groups) == 12
        rate = {group["params"][0]: group["initial_lr"] for group in groups}
        for name, parameter in trained.items():
            expected = 1e-4 if name.endswith("classifier.weight") else 1e-3
            assert rate[parameter] == pytest.approx(expected)


@pytest.mark.parametrize("schedule", [
    "cap_adamw_onecycle_40e", "cole_adam_10e", "miil_adam_onecycle_80e",
])  # fmt: skip
def test_recipes_without_a_leaf_train(schedule, tmp_path):
    piece = Config.fromfile(str(CONFIGS / "_base_" / "schedules" / f"{schedule}.py"))
    cfg = tiny_config(tmp_path, "asl/asl_resnet18_digits-pal06.py", model__head__q=1.0)
    for key in ("optim_wrapper", "param_scheduler", "train_cfg"):
        cfg[key] = piece[key]
    cfg.custom_hooks = [*cfg.custom_hooks, *([piece.ema] if "ema" in piece else [])]
    cfg.train_cfg.max_epochs = 1
    runner = Runner.from_cfg(cfg)
    runner.train()
    state = read_checkpoint(tmp_path / "epoch_1.pth")
    assert ("ema_state_dict" in state) == ("ema" in piece)
