"""Draws class maps: the photo in grey, and colour where the model sees a class."""

import cv2
import numpy as np
import torch

_DENSEST = 0.8  # the share of colour, and not of photo, at the highest value


def seen(image: torch.Tensor) -> np.ndarray:
    """The image as the network sees it, as pixels.

    Args:
        image: ``(3, H, W)`` in BGR, or ``(1, H, W)``, before the data preprocessor.

    Returns:
        ``(H, W, 3)`` uint8, RGB.
    """
    pixels = image.clamp(0, 255).to(torch.uint8).expand(3, -1, -1)
    return np.ascontiguousarray(pixels.flip(0).permute(1, 2, 0).cpu().numpy())


def overlay(pixels: np.ndarray, class_map: np.ndarray, highest: float) -> np.ndarray:
    """Colour a photo where a class map is above 0.

    Args:
        pixels: ``(H, W, 3)`` uint8, RGB.
        class_map: ``(h, w)`` logits of a class at places of the photo.
        highest: The value with full colour.

    Returns:
        ``(H, W, 3)`` uint8, RGB.
    """
    height, width = pixels.shape[:2]
    large = cv2.resize(class_map.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    share = np.clip(large / max(highest, 1e-6), 0, 1)
    colour = cv2.applyColorMap((255 * (0.3 + 0.7 * share)).astype(np.uint8), cv2.COLORMAP_INFERNO)
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)[..., None]
    dense = _DENSEST * share[..., None]
    return ((1 - dense) * grey + dense * colour[..., ::-1]).astype(np.uint8)


def overlays(pixels: np.ndarray, maps: np.ndarray) -> list[np.ndarray]:
    """A picture for each of the ``(K, h, w)`` class maps; they share a scale of colours."""
    return [overlay(pixels, class_map, float(maps.max())) for class_map in maps]
