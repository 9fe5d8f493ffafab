from .class_means import frequency_bands, precision_recall_f1
from .confusion import confusion_matrices
from .curve_points import curve_points
from .evaluation import Evaluation
from .partial_multi_label_metric import PartialMultiLabelMetric
from .protocols import PROTOCOLS, Protocol
from .report import Report, report
