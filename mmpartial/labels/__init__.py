"""Labels of three states: 1 positive, 0 negative, -1 unknown."""

from .batch import ClassDraw, LabelBatch
from .states import NEGATIVE, POSITIVE, UNKNOWN, check, check_batch, is_unknown
from .training_labels import TrainingLabels
