"""Pictures of the window as small files: as many colours as one byte can name, those that occur most."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap

_COLOURS = 256


def save_picture(picture: QPixmap, path: Path) -> None:
    """Write a picture as PNG; colours beyond the 256 most frequent become their nearest. Raises OSError."""
    image = picture.toImage().convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(image.constBits()).cast("I"))
    colours = [colour for colour, _ in counted.most_common(_COLOURS)]
    flags = Qt.ImageConversionFlag.AvoidDither | Qt.ImageConversionFlag.ThresholdDither
    if not image.convertToFormat(QImage.Format.Format_Indexed8, colours, flags).save(str(path), "PNG", 0):
        raise OSError(f"{path} could not be written")
