"""Downloads from the server of these tests, and what they leave."""

from engine.catalog import check_files
from engine.hub.download import download
from engine.paths import downloads_dir, models_dir

AT_ONCE = (0.0,) * 4
WEIGHTS = "model.safetensors"


def run(hub, request, patience=AT_ONCE):
    return list(download(hub, request, patience))


def weights_asked(server):
    return [asked for path, asked in server.asked if path == WEIGHTS]


def assert_installed(files):
    folder = models_dir() / "tiny"
    assert (folder / WEIGHTS).read_bytes() == files[WEIGHTS]
    check_files(folder)
    assert not downloads_dir().exists()
