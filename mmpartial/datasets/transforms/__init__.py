from .crop_box import CropBox
from .load_image import LoadImage
