"""Folders that pass for models in a catalogue, and some that somebody damaged."""

import json
import os

import numpy as np
from safetensors.numpy import save_file

from engine.card import write_card


def make_model(root, name="tiny", config=None, card=None):
    folder = root / name
    folder.mkdir(parents=True)
    (folder / "config.json").write_text(json.dumps(config or {"model_type": "llama"}))
    (folder / "tokenizer.json").write_text("{}")
    save_file({"weight": np.zeros((8, 8), np.float32)}, folder / "model.safetensors")
    if card:
        write_card(folder, card)
    return folder


def damaged_in_many_ways(root):
    """Put models into `root`, each with a file that somebody made so that reading it fails; return their names."""
    make_model(root, "card").joinpath("card.md").write_bytes("---\ntitle: Müller\n---\n".encode("latin-1"))
    make_model(root, "yaml").joinpath("card.md").write_text(f"---\ntitle: {'[' * 5000}\n---\n")
    make_model(root, "nested").joinpath("config.json").write_text("[" * 100_000)
    os.truncate(make_model(root, "giant") / "config.json", 1_500_000_000)  # zeros that take no room
    make_model(root, "template").joinpath("tokenizer_config.json").write_text('{"a":' * 5000 + "1" + "}" * 5000)
    make_model(root, "pipe").joinpath("config.json").unlink()
    os.mkfifo(root / "pipe/config.json")
    (root / "loop.gguf").symlink_to(root / "loop.gguf")
    os.mkfifo(root / "waits.gguf")
    return {"card", "yaml", "nested", "giant", "template", "pipe", "loop.gguf", "waits.gguf"}
