"""The small hooks: d, plain checkpoints, seeds, and the guard's every sentence."""

import numpy as np
import pytest
import torch
from mmengine.config import Config
from mmengine.hooks import CheckpointHook
from mmengine.logging import HistoryBuffer
from mmengine.runner import Runner
from mmpretrain.registry import DATASETS

from mmpartial.engine.hooks import DSchedulerHook, GuardError, PlainCheckpointHook, PseudoLabelHook
from mmpartial.models import PartialImbalanceLoss
from mmpartial.schedules import part_weight
