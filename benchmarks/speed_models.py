"""Models of random weights in real shapes, as transformers and as llama.cpp keep them: built once into a folder."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file

from engine.paths import assets_dir
from tests.engine.tiny_models import tiny_causal, tiny_seq2seq

# name: family, vocabulary, hidden, feed-forward, layers, query heads, key heads, tied
SHAPES = {
    "30m": ("llama", 16_000, 384, 1024, 8, 6, 6, True),
    "0.5b": ("qwen2", 151_936, 896, 4864, 24, 14, 2, True),
    "1.5b": ("qwen2", 151_936, 1536, 8960, 28, 12, 2, True),
    "7b": ("llama", 32_000, 4096, 14_336, 32, 32, 8, False),
    "tiny": ("llama", 2000, 64, 128, 2, 4, 2, True),  # to try the programs with
}
STARTER = "story-en"
MODELS = (*SHAPES, STARTER)
CONTEXT = 16_384


def build(folder: Path, name: str, device: str = "cpu") -> Path:
    """Return the folder of the model called `name` below `folder`, in bfloat16; write it unless it is there.

    The weights are drawn on `device`.
    """
    import transformers

    target = folder / name
    if (target / "model.safetensors").is_file():
        return target
    if name == STARTER:
        shutil.copytree(assets_dir() / "models" / name, target)  # a GGUF file will lie beside it
        return target
    family, vocab, hidden, feed, layers, queries, keys, tied = SHAPES[name]
    tiny_causal(target, "llama")  # for its tokenizer; the weights are replaced
    kinds = {
        "llama": (transformers.LlamaForCausalLM, transformers.LlamaConfig),
        "qwen2": (transformers.Qwen2ForCausalLM, transformers.Qwen2Config),
    }
    model, config = kinds[family]
    settings = config(
        vocab_size=vocab,
        hidden_size=hidden,
        intermediate_size=feed,
        num_hidden_layers=layers,
        num_attention_heads=queries,
        num_key_value_heads=keys,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=tied,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    torch.manual_seed(0)
    before = torch.get_default_dtype()
    torch.set_default_dtype(torch.bfloat16)
    try:
        with torch.device(device):
            made = model(settings)
        made.save_pretrained(target)
    finally:
        torch.set_default_dtype(before)
    return target


def build_marian(folder: Path) -> Path:
    """Return the folder of a translator in the shape of OPUS-MT below `folder`, in bfloat16; write it unless there."""
    import transformers

    target = folder / "marian"
    if (target / "model.safetensors").is_file():
        return target
    tiny_seq2seq(target, "marian")  # for its tokenizer; the weights are replaced
    sides = {"layers": 6, "attention_heads": 8, "ffn_dim": 2048}
    vocab = 32_000
    settings = transformers.MarianConfig(
        **{f"{side}_{size}": count for side in ("encoder", "decoder") for size, count in sides.items()},
        vocab_size=vocab,
        d_model=512,
        max_position_embeddings=512,
        activation_function="swish",
        scale_embedding=True,
        eos_token_id=0,
        pad_token_id=vocab - 1,
        decoder_start_token_id=vocab - 1,
        forced_eos_token_id=None,
    )
    torch.manual_seed(0)
    transformers.MarianMTModel(settings).bfloat16().save_pretrained(target)
    return target


def build_gguf(folder: Path, kind: str) -> Path:
    """Return the same model as a GGUF file of `kind`, "bf16", "q8_0" or "q4_0"; write it unless it is there."""
    import gguf

    target = folder / f"{kind}.gguf"
    if target.is_file():
        return target
    config = json.loads((folder / "config.json").read_text())
    family = config["model_type"]
    queries, keys = config["num_attention_heads"], config["num_key_value_heads"]
    writer = gguf.GGUFWriter(target.with_suffix(".part"), family)
    writer.add_context_length(CONTEXT)
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(queries)
    writer.add_head_count_kv(keys)
    width = config.get("head_dim") or config["hidden_size"] // queries
    writer.add_key_length(width)
    writer.add_value_length(width)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_parameters"]["rope_theta"])
    writer.add_vocab_size(config["vocab_size"])
    writer.add_tokenizer_model("llama")  # no text is read: its words are made up
    writer.add_token_list([f"t{place}".encode() for place in range(config["vocab_size"])])
    writer.add_token_scores([0.0] * config["vocab_size"])
    writer.add_token_types([1] * config["vocab_size"])
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH[family.upper()], config["num_hidden_layers"])
    wanted = {"bf16": "BF16", "q8_0": "Q8_0", "q4_0": "Q4_0"}[kind]
    for name, tensor in load_file(folder / "model.safetensors").items():
        if family == "llama" and name.endswith(("q_proj.weight", "k_proj.weight")):
            tensor = interleaved(tensor, queries if "q_proj" in name else keys)
        stem, _, suffix = name.rpartition(".")
        held = gguf.GGMLQuantizationType["F32" if tensor.dim() == 1 else wanted]
        data = gguf.quants.quantize(tensor.float().numpy(), held)
        writer.add_tensor(f"{names.get_name(stem)}.{suffix}", data, raw_dtype=held)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    target.with_suffix(".part").rename(target)
    return target


def interleaved(weight: torch.Tensor, heads: int) -> torch.Tensor:
    """Put the two dimensions that turn together side by side, as llama.cpp has them for Llama."""
    rows, width = weight.shape
    return weight.view(heads, 2, rows // heads // 2, width).transpose(1, 2).reshape(rows, width)
