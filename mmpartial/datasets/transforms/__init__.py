from .load_image import LoadImage
