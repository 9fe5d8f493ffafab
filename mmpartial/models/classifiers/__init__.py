from .comic_classifier import COMICClassifier
from .pu_mlc_classifier import PUMLCClassifier
