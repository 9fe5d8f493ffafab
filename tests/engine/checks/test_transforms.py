"""Random transforms in the pipeline of an evaluation."""

from types import SimpleNamespace

from mmengine.config import ConfigDict
from mmpretrain.datasets import RandomFlip

from mmpartial.engine.checks.run import Evaluation
from mmpartial.engine.checks.transforms import check_transforms

LOAD, PACK = dict(type="LoadImageFromFile"), dict(type="PackInputs")


def checked(loader, **dataset):
    cfg = ConfigDict({loader: dict(dataset=dataset)})
    check_transforms(SimpleNamespace(cfg=cfg, evaluation=Evaluation(None, [], f"{loader}.dataset")))


def test_transforms_of_training_in_an_evaluation(said):
    steps = [LOAD, dict(type=RandomFlip), dict(type="mmpretrain.RandomResizedCrop", scale=8), PACK]
    inner = dict(type="mmpartial.AnnotatedImages", pipeline=steps)
    checked("val_dataloader", type="MergedDataset", datasets=dict(a=inner, b=inner))
    sentence = "RandomFlip, RandomResizedCrop in the pipeline of val_dataloader.dataset changes"
    assert len(said) == 1 and sentence in said[0]
    checked("test_dataloader", pipeline=[dict(type="torchvision/ColorJitter")])
    assert "torchvision/ColorJitter in the pipeline of test_dataloader.dataset" in said[1]
    # The outer pipeline runs in place of the inner one; views of test-time augmentation are meant.
    checked("val_dataloader", type="PartialLabelDataset", pipeline=[LOAD, PACK], dataset=inner)
    views = dict(type="TestTimeAug", transforms=[[dict(type="RandomFlip", prob=1.0)], [PACK]])
    checked("test_dataloader", pipeline=[LOAD, dict(type="CenterCrop", crop_size=8), views])
    assert len(said) == 2
