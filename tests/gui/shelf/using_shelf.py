"""What tests do in the models' window, and what the hub tells them."""

from PySide6.QtCore import Qt

from engine.events import DeviceFound, ModelDetails, ModelFound

FOUND = ModelFound("writers/tiny", "text-generation", "mit", 269_000_000, 1234, True, "2026-05-01")
DETAILS = ModelDetails("writers/tiny", "c0ffee", "", "mit", ["en"], True, [("model.safetensors", 10**9)], "# Tiny", "")
GB = 1_000_000_000
DEVICE = DeviceFound(
    "cpu", "CPU, float32", "float32", "No GPU was found.", True, 8 * GB, 16 * GB, 20 * GB, 1e-5, loaded=["mine"]
)


def select(page, title):
    tree = page.list
    (item,) = tree.findItems(title, Qt.MatchFlag.MatchStartsWith)
    tree.setCurrentItem(item)
    return item


def asked(client):
    """Return the request that the engine works on."""
    return next(iter(client.open_jobs.values())).request
