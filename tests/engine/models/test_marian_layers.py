import shutil

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.models.formats import choose_format
from engine.models.marian_layers import MarianLoader, MarianShape
from engine.models.weights import Checkpoint
from tests.engine.tiny_loaded import CPU, tiny_folder


@pytest.mark.parametrize("own", [(), ("decoder",), ("encoder", "decoder")])
def test_sides_without_words_of_their_own_share_them_and_hold_them_once(own, tmp_path):
    folder = shutil.copytree(tiny_folder("marian"), tmp_path / "model")
    weights = {name: one for name, one in load_file(folder / "model.safetensors").items() if "embed_tokens" not in name}
    generator = torch.Generator().manual_seed(1)
    made = {side: torch.randn(weights["lm_head.weight"].shape, generator=generator) for side in ("shared", *own)}
    names = {side: "model.shared.weight" if side == "shared" else f"model.{side}.embed_tokens.weight" for side in made}
    save_file(weights | {names[side]: one for side, one in made.items()}, folder / "model.safetensors")
    checkpoint = Checkpoint(folder)
    shape = MarianShape.of(checkpoint.config)
    assert shape is not None
    loader = MarianLoader(checkpoint, shape, choose_format(CPU), CPU.torch_device)
    reads, writes = loader.embedding("encoder"), loader.embedding("decoder")
    assert torch.equal(reads, made.get("encoder", made["shared"]))
    assert torch.equal(writes, made.get("decoder", made["shared"]))
    assert (reads is writes) == (not own)
