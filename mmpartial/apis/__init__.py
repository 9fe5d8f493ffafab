"""The tools as functions."""

from .add_answers import Added, add_answers
from .browse_batches import browse_batches
from .cache_features import cache_features
from .calibrate import calibrate_checkpoint
from .check_images import check_images
from .doubts import doubts, write_doubts
from .explain import Explanation, explain, write_explanations
from .export import export_model
from .finetune_classes import finetune_classes
from .inference_model import inference_model
from .init_project import init_project
from .label_report import label_report
from .model import load_model
from .multi_label_inferencer import MultiLabelInferencer
from .predict import Written, predict, write_predictions
from .pseudo_labels import write_pseudo_labels
from .report import report_run
from .save_mask import save_mask
from .split import split
from .suggest import suggest
