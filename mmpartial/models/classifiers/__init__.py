from .comic_classifier import COMICClassifier
