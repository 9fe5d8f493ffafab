"""Probabilities and thresholds from the known labels of held-out images."""

from .criteria import criterion_named
from .fitting import METHODS, fit
from .held_out import HeldOut, predict
from .result import LEAST, Result, calibrate, check_options
from .thresholds import Thresholds, choose_thresholds
