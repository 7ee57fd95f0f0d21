"""Make the pictures of the models' window, with a download from a server of the tests on its way.

QT_QPA_PLATFORM=offscreen python -m benchmarks.model_screenshots [--folder docs/images]
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path


def main() -> None:
    """Take the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--folder", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):  # the pictures show nobody's own settings
            os.environ[name] = home
        take_pictures(Path(home), options.folder)


def take_pictures(home: Path, folder: Path) -> None:
    """Show both pages of the window in both themes, and the first in a small window."""
    from engine.paths import models_dir
    from gui.app import make_application
    from gui.engine_client import EngineClient
    from gui.main_window import MainWindow
    from gui.settings import Settings
    from tests.engine.hub.fake_hub import FakeRepo, fake_hub, model_files
    from tests.engine.tiny_models import tiny_causal

    application = make_application(["penwright"])
    (tiny_causal(models_dir() / "half-copied", "llama") / "model.safetensors").write_bytes(b"\x08")
    tiny_causal(models_dir() / "my-novels", "llama")
    files = model_files(home / "origin" / "tiny", padding=40_000_000)

    def settle(seconds: float) -> None:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            application.processEvents()
            time.sleep(0.005)

    with fake_hub({"writers/story-large": FakeRepo(files)}) as server:
        server.seconds_per_piece = 0.02
        settings = Settings(theme="light", hub_endpoint=server.endpoint)
        window = MainWindow(application, settings, home / "settings.json", EngineClient())
        window.show()
        window.shelf.open()
        view = window.shelf.view
        view.finding.details_asked.emit("writers/story-large")
        view.downloads.start("writers/story-large", view.connection)
        while view.downloads.running is None or view.downloads.running.done < 5_000_000 or view.questions.busy:
            settle(0.1)
        for theme in ("light", "dark"):
            window.parts.looks.choose(theme)
            for name, page in (("models", view.installed), ("find-models", view.finding)):
                view.tabs.setCurrentWidget(page)
                settle(0.3)
                _keep(view, folder / f"{name}-{theme}.png")
        view.tabs.setCurrentWidget(view.installed)
        view.installed.refresh("half-copied")
        view.resize(480, 420)
        settle(0.3)
        _keep(view, folder / "models-small.png")
        window.close()


def _keep(view, path: Path) -> None:  # noqa: ANN001 - a widget, whose module is imported late
    view.grab().save(str(path))
    print(path)


if __name__ == "__main__":
    main()
