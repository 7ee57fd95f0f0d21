"""Pictures of the window as small files: as many colours as one byte can name, those that occur most."""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
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


def picture_options(about: str | None, example: str) -> argparse.Namespace:
    """Return the `folder`, `only` and `size` that a program of pictures was asked for."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0] if about else "")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    parser.add_argument("--only", default="", help=f"for example {example}")
    parser.add_argument("--size", default="1280x800")
    return parser.parse_args()


@contextmanager
def empty_home() -> Iterator[Path]:
    """Keep settings and documents in a folder of their own: pictures show nobody's."""
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
            os.environ[name] = home
        yield Path(home)
