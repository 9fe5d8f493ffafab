"""The work on labels of a training step, stage by stage, by mmpartial and by MMPretrain."""

import pickle
import time
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from batches import BATCH, Labels, private, random_labels, sparse_samples
from default_method import default_loss
from mmengine.dataset import default_collate
from mmpretrain.datasets import MultiLabelDataset
from mmpretrain.models import ClsDataPreprocessor
from mmpretrain.structures import DataSample
from published_asl import Loss

from mmpartial.datasets import PartialLabelDataset
from mmpartial.datasets.annotation_store import save
from mmpartial.engine.hooks.pseudo_label_choice import choose
from mmpartial.labels.annotations import Annotations
from mmpartial.memory.base import HeadOutput
from mmpartial.memory.pseudo_labels import PseudoLabels, TopPseudoLabels
from mmpartial.models import QSamplingHead
from mmpartial.models.heads import sample_unknown
from mmpartial.utils.packed_texts import PackedTexts

Stages = Iterator[str]


class Stock(MultiLabelDataset):
    """MMPretrain's dataset with the positive labels of some images, which do not exist."""

    def __init__(self, positives: list[list[int]]):
        self.positives = positives
        super().__init__("", pipeline=[dict(type="PackInputs")])

    def load_data_list(self) -> list[dict]:
        """A record for each image."""
        return [dict(img_path=f"{i}.jpg", gt_label=x) for i, x in enumerate(self.positives)]


class LabelSteps:
    """The work on labels of a training step, as generators that name each stage after it.

    Args:
        classes, images: Size of the training set. The labels of 7 classes of an image are known.
        device: Where the model is.
        folder: For the stored labels and, if it is a file, the table.

    Attributes:
        open: Seconds of processor time to open the stored labels.
        memory: MiB that this process then has for itself.
    """

    def __init__(self, classes: int, images: int, device: str, folder: Path):
        self.classes, self.device = classes, device
        labels = random_labels(images, classes)
        names = PackedTexts(f"{number:016x}.jpg" for number in range(images))
        save(Annotations(names, [f"c{c}" for c in range(classes)], labels), str(folder / "labels"))
        self.rows = torch.randperm(images, generator=torch.Generator().manual_seed(1))[:BATCH]
        self.positives = [(labels[int(row)] == 1).nonzero()[0].tolist() for row in self.rows]
        del labels, names
        self.memory, start = private(), time.process_time()
        data = Labels(
            str(folder / "labels"), check_images=False, pipeline=[dict(type="PackInputs")]
        )
        self.dataset = PartialLabelDataset(data)
        self.open = time.process_time() - start
        self.memory = max(0.0, private() - self.memory)
        self.stock = Stock(self.positives)
        loss = default_loss()
        self.head = QSamplingHead(num_classes=classes, in_channels=1, loss=loss)
        self.head.loss_module.setup(self.dataset)
        keep = choose(None, (images, classes), "float16", 1).keep
        options: dict[str, Any] = dict(momentum=0.9, debias=True)
        self.table = self.head.memory = (
            PseudoLabels(images, classes, "", 0.0, "float16", **options)
            if keep is None
            else TopPseudoLabels(images, classes, "", keep, path=str(folder / "table"), **options)
        )
        generator = torch.Generator().manual_seed(0)
        logits = torch.randn(BATCH, classes, generator=generator) - 4
        self.logits = logits.to(device).requires_grad_()
        self.pictures = torch.zeros(BATCH, 3, 1, 1)
        self.prepare = ClsDataPreprocessor().to(device)
        self.prepare_stock = ClsDataPreprocessor(to_onehot=True, num_classes=classes).to(device)

    def unit(self) -> Stages:
        """BCE-with-logits."""
        target = torch.zeros_like(self.logits)
        yield ""
        value = F.binary_cross_entropy_with_logits(self.logits, target)
        torch.autograd.grad(value, self.logits)
        yield "loss"

    def ours(self) -> Stages:
        """A step of mmpartial; the name of a stage follows it."""
        default_collate(self.dataset.__getitems__(self.rows.tolist()))
        yield "wrap"
        samples = sparse_samples(self.dataset.labels, self.rows.numpy())
        yield "gather"
        samples = pickle.loads(ForkingPickler.dumps(samples))
        yield "send"
        data = self.prepare(dict(inputs=self.pictures, data_samples=samples), training=True)
        yield "dense"
        labels = self.head.label_batch(data["data_samples"])
        yield "batch"
        torch.autograd.grad(self.head.loss_of(self.logits, labels)["loss"], self.logits)
        yield "loss"
        output = HeadOutput(labels, self.logits.detach())
        self.table.update(output, self.head.loss_module, 0, 0.0)
        yield "update"
        sample_unknown(labels.selected, 1 / 3, 0, 0, self.rows[:, None].to(self.device))
        yield "q-sampling"

    def theirs(self, loss: Loss) -> Stages:
        """A step of MMPretrain with a loss for full labels."""
        default_collate([self.stock[number] for number in range(BATCH)])
        yield "wrap"
        samples = [DataSample().set_gt_label(label) for label in self.positives]
        yield "gather"
        samples = pickle.loads(ForkingPickler.dumps(samples))
        yield "send"
        data = self.prepare_stock(dict(inputs=self.pictures, data_samples=samples), training=True)
        yield "dense"
        target = torch.stack([sample.gt_score.float() for sample in data["data_samples"]])
        yield "batch"
        torch.autograd.grad(loss(self.logits, target), self.logits)
        yield "loss"
