"""An extra pass that predicts the training images in evaluation mode."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import torch
from mmengine.dataset import default_collate
from mmengine.runner import Runner
from torch.utils.data import DataLoader

from ..datasets import ArraySampler, PartialLabelDataset
from ..labels import LabelBatch
from ..memory.base import HeadOutput
from ..utils.counter_rng import hash_ints
from .checks.run import bare_model
from .distributed import take_main_buffers

_NO_EPOCH = -1  # gives an extra pass its own random numbers


def predict_training_images(
    runner: Runner,
    dataset: PartialLabelDataset,
    epoch: int,
    pipeline: Sequence[dict] | None = None,
) -> Iterator[HeadOutput]:
    """Predict this process's share of the training images.

    Augmentation depends only on the run's seed, the epoch and the image. The random generators of
    training keep their state.

    Args:
        runner: The run.
        dataset: The training images.
        epoch: The pass over the data that has ended, 0-based.
        pipeline: Transforms of the extra pass; by default those of training.

    Yields:
        Labels and float32 logits of a batch.
    """
    model = runner.model  # FSDP's wrapper, and not the model in it, has the weights
    preprocess = bare_model(runner).data_preprocessor
    take_main_buffers(model)  # as a resumed run has them
    model.eval()
    with torch.no_grad():
        for batch in sequential_loader(runner, dataset, epoch, pipeline):
            inputs = preprocess(dict(inputs=batch["inputs"]), training=False)["inputs"]
            logits = model(inputs, mode="tensor").float()
            samples = batch["data_samples"]
            target = torch.stack([sample.gt_score for sample in samples]).to(logits)
            labels = LabelBatch.from_target(target)
            row = torch.tensor([sample.row for sample in samples])
            yield HeadOutput(replace(labels, row=row), logits)
    model.train()


def sequential_loader(
    runner: Runner, dataset: PartialLabelDataset, epoch: int, pipeline: Sequence[dict] | None
) -> DataLoader:
    """Make a loader of the training images; ``Runner.build_dataloader`` would copy them."""
    train = runner.train_dataloader
    dataset = dataset.at_epoch(epoch, int(hash_ints(runner.seed, _NO_EPOCH)))
    if pipeline is not None:
        dataset = dataset.with_pipeline(pipeline)
    return DataLoader(
        dataset,
        batch_size=train.batch_size,
        sampler=ArraySampler(dataset, shuffle=False, seed=0),
        num_workers=train.num_workers,
        collate_fn=default_collate,
        worker_init_fn=train.worker_init_fn,
        multiprocessing_context=train.multiprocessing_context,
        generator=torch.Generator(),
    )
