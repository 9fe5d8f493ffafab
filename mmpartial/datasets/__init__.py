from .annotated_images import AnnotatedImages
from .array_sampler import ArraySampler
from .cached_features import CachedFeatures
from .merged_dataset import MergedDataset
from .partial_label_dataset import PartialLabelDataset, find_partial
from .published.chest_xray14 import ChestXray14
from .published.chexpert import CheXpert
from .published.coco import COCOMultiLabel
from .published.cub_attributes import CUBAttributes
from .published.digits import ClutteredDigits
from .published.l48 import L48
from .published.long_tailed_cifar import LongTailedCIFAR10, LongTailedCIFAR100
from .published.lvis import LVIS
from .published.mimic_cxr import MIMICCXR
from .published.multi_mnist import MultiMNIST
from .published.nus_wide import NUSWIDE
from .published.open_images import OpenImages
from .published.padchest import PadChest
from .published.plant_pathology import PlantPathology2021
from .published.vaw import VAW
from .published.vindr_cxr import VinDrCXR
from .published.vireo_food import VireoFood172
from .published.vispr import VISPR
from .published.visual_genome import VisualGenome
from .published.voc import VOCMultiLabel
