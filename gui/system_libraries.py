"""Name the system libraries that Qt needs and this machine lacks, with the line that installs them.

Qt aborts without a sentence when its window system plugin cannot be loaded; so look first.
Imports no Qt.
"""

from __future__ import annotations

import ctypes
import sys

_DEBIAN_PACKAGES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def missing_packages() -> list[str]:
    """Return the Debian packages whose libraries cannot be loaded; always empty off Linux."""
    if sys.platform != "linux":
        return []
    return [package for library, package in _DEBIAN_PACKAGES.items() if not _loads(library)]


def advice(packages: list[str]) -> str:
    """Return the sentence that cures the lack of `packages`."""
    return f"Some system libraries are missing; install them with: sudo apt-get install {' '.join(packages)}"


def main() -> int:
    """Print the advice, if any is needed, and return the exit status."""
    packages = missing_packages()
    if packages:
        sys.stderr.write(advice(packages) + "\n")
    return 1 if packages else 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


if __name__ == "__main__":
    raise SystemExit(main())
