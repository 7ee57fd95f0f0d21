"""Where things lie: the installed assets and the writer's own directories. Torch-free."""

from __future__ import annotations

from pathlib import Path

import platformdirs

_APP = "penwright"


def assets_dir() -> Path:
    """Return the directory of embedded models, presets, recipes and icons."""
    package = Path(__file__).resolve().parent
    installed = package / "assets"
    return installed if installed.is_dir() else package.parent / "assets"


def config_dir() -> Path:
    """Return the writer's configuration directory (settings, presets)."""
    return platformdirs.user_config_path(_APP, appauthor=False)


def data_dir() -> Path:
    """Return the writer's data directory (own models)."""
    return platformdirs.user_data_path(_APP, appauthor=False)


def models_dir() -> Path:
    """Return the directory of the writer's own models: trained, downloaded, imported."""
    return data_dir() / "models"


def downloads_dir() -> Path:
    """Return the directory of downloads that are not complete; on the disk of the models, which take its folders."""
    return data_dir() / "downloads"


def cache_dir() -> Path:
    """Return the directory of what can be made again at any time."""
    return platformdirs.user_cache_path(_APP, appauthor=False)
