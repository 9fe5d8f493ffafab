from .batch_mixing import BatchMixing, mixing_of
from .logic_mix import LogicMix, three_valued_or
from .mixup_pme import MixUpPME, blended_labels
