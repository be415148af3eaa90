"""What a person without green cones sees.

Machado, Oliveira and Fernandes, IEEE Transactions on Visualization and Computer Graphics 2009;15:1291: deuteranomaly of
severity 1.0, applied to linear RGB. As a command: `python -m tests.colour_blind screenshot.png seen.png`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

DEUTERANOPIA = np.array(
    [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
)
XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
WHITE = XYZ.sum(axis=1)
PALETTE = 128


def linear(rgb: np.ndarray) -> np.ndarray:
    """sRGB values 0–255 as linear light 0–1."""
    share = np.asarray(rgb, float) / 255
    return np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)


def seen(rgb: np.ndarray) -> np.ndarray:
    """Colours (last axis red, green, blue; 0–255) as a deuteranope sees them, of the same shape."""
    light = np.clip(linear(rgb) @ DEUTERANOPIA.T, 0, 1)
    share = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)
    return np.round(share * 255).astype(np.uint8)


def difference(one: np.ndarray, other: np.ndarray) -> float:
    """Distance of two sRGB colours in CIELAB (ΔE 1976)."""
    return float(np.linalg.norm(_lab(one) - _lab(other)))


def _lab(rgb: np.ndarray) -> np.ndarray:
    x, y, z = (
        value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116
        for value in linear(rgb) @ XYZ.T / WHITE
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def convert(source: Path, target: Path) -> None:
    """A picture as it is seen, with few colours so that the file stays small."""
    from PIL import Image

    with Image.open(source) as picture:
        values = np.asarray(picture.convert("RGB"))
    Image.fromarray(seen(values)).quantize(PALETTE).save(target, optimize=True)


if __name__ == "__main__":
    convert(Path(sys.argv[1]), Path(sys.argv[2]))
