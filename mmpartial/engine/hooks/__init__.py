from .asymmetric_pseudo_label_hook import AsymmetricPseudoLabelHook
from .class_prior_hook import ClassPriorHook
from .class_report_hook import ClassReportHook
from .d_scheduler_hook import DSchedulerHook
from .final_test_hook import FinalTestHook
from .guard_hook import GuardError, GuardHook
from .image_error_hook import ImageErrorHook
from .label_correction_hook import LabelCorrectionHook
from .label_estimator_hook import LabelEstimatorHook
from .label_memory_hook import LabelMemoryHook
from .label_ratio_hook import LabelRatioHook
from .loss_memory_hook import LossMemoryHook
from .memory_hook import MemoryHook
from .pseudo_label_hook import PseudoLabelHook
from .regular_logger_hook import RegularLoggerHook
from .reproducible_hook import ReproducibleHook
from .resumable_checkpoint_hook import ResumableCheckpointHook
from .work_dir_hook import WorkDirHook
