"""Random-weight model folders, small enough to build in every test.

Weights are drawn with a large deviation, so that greedy text is varied rather than one token
for ever; seeds are fixed, so that a folder is the same wherever it is built.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
import transformers
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

CAUSAL_KINDS = ("llama", "qwen2", "gpt2")
FAST_CAUSAL_KINDS = ("llama", "mistral", "qwen2", "qwen3")  # those with a decoder of our own
SEQ2SEQ_KINDS = ("marian", "t5", "bart")
SPECIALS = ("<pad>", "<s>", "</s>", "<unk>", ">>de<<", ">>fr<<", ">>title<<", ">>tldr<<")
PAD, BOS, EOS, UNK = range(4)
SENTENCES = (
    "Once upon a time there was an old king who lived in a castle by the sea.",
    "The weather is nice today. Where is the station? It's not far, he said.",
    "Das Wetter ist heute schön. Wo ist der Bahnhof? Le café est déjà fermé, n'est-ce pas?",
    "今天天气很好。火车站在哪里？从前有一位住在海边城堡里的老国王。",
    "Emoji: 😀 😃 👩‍🚀 🏳️‍🌈 ❤️ 👍🏽",
    "الطقس جميل اليوم. أين المحطة؟",
    "- one\n- two\n\n# Heading\n\n1. first `code` https://example.org/a?b=c\n",
)
_WIDTH, _HEADS, _FEED, _LAYERS, _POSITIONS = 32, 4, 64, 2, 4096
_DEVIATION = 0.35  # of the causal kinds; the others settle on one token with it


def tiny_causal(folder: Path, kind: str) -> Path:
    """Write a causal model of `kind` ("llama", "mistral", "qwen2", "qwen3", "gpt2") and its tokenizer into `folder`."""
    size = write_tokenizer(folder, byte_level(), ends_source=False)
    ids = {"bos_token_id": BOS, "eos_token_id": EOS, "pad_token_id": PAD}
    common = {
        "vocab_size": size,
        "hidden_size": _WIDTH,
        "intermediate_size": _FEED,
        "num_hidden_layers": _LAYERS,
        "num_attention_heads": _HEADS,
        "num_key_value_heads": 2,
        "max_position_embeddings": _POSITIONS,
        "tie_word_embeddings": False,
        "initializer_range": _DEVIATION,
        **ids,
    }
    if kind == "llama":
        return _write_model(folder, transformers.LlamaForCausalLM, transformers.LlamaConfig(**common))
    if kind == "qwen2":
        return _write_model(folder, transformers.Qwen2ForCausalLM, transformers.Qwen2Config(**common))
    if kind == "mistral":
        config = transformers.MistralConfig(**common, head_dim=12, sliding_window=None)
        return _write_model(folder, transformers.MistralForCausalLM, config)
    if kind == "qwen3":
        return _write_model(folder, transformers.Qwen3ForCausalLM, transformers.Qwen3Config(**common, head_dim=16))
    if kind == "gpt2":
        config = transformers.GPT2Config(
            vocab_size=size,
            n_embd=_WIDTH,
            n_layer=_LAYERS,
            n_head=_HEADS,
            n_positions=_POSITIONS,
            initializer_range=_DEVIATION,
            **ids,
        )
        return _write_model(folder, transformers.GPT2LMHeadModel, config)
    raise ValueError(f"unknown kind {kind!r}")


def tiny_chat(folder: Path, kind: str = "llama") -> Path:
    """Write a causal model that has a chat template, as instruction models do, into `folder`."""
    template = "{% for turn in messages %}<s>{{ turn.role }}: {{ turn.content }}{% endfor %}<s>assistant:"
    tiny_causal(folder, kind)
    (folder / "chat_template.jinja").write_text(template, encoding="utf-8")
    return folder


def tiny_seq2seq(folder: Path, kind: str) -> Path:
    """Write an encoder-decoder of `kind` ("marian", "t5", "bart") and its tokenizer into `folder`."""
    size = write_tokenizer(folder, byte_level(), ends_source=True)
    ids = {"eos_token_id": EOS, "pad_token_id": PAD}
    common = {
        "vocab_size": size,
        "d_model": _WIDTH,
        "encoder_layers": _LAYERS,
        "decoder_layers": _LAYERS,
        "encoder_attention_heads": _HEADS,
        "decoder_attention_heads": _HEADS,
        "encoder_ffn_dim": _FEED,
        "decoder_ffn_dim": _FEED,
        "max_position_embeddings": 256,
        "init_std": 0.15,
        "scale_embedding": True,
        "tie_word_embeddings": False,
        "bos_token_id": BOS,
        "forced_eos_token_id": None,
        **ids,
    }
    if kind == "marian":
        config = transformers.MarianConfig(**common, decoder_start_token_id=PAD, decoder_vocab_size=size)
        return _write_model(folder, transformers.MarianMTModel, config)
    if kind == "bart":
        config = transformers.BartConfig(**common, decoder_start_token_id=EOS)
        return _write_model(folder, transformers.BartForConditionalGeneration, config)
    if kind == "t5":
        config = transformers.T5Config(
            vocab_size=size,
            d_model=_WIDTH,
            d_kv=8,
            d_ff=_FEED,
            num_layers=_LAYERS,
            num_heads=_HEADS,
            decoder_start_token_id=PAD,
            **ids,
        )
        return _write_model(folder, transformers.T5ForConditionalGeneration, config)
    raise ValueError(f"unknown kind {kind!r}")


def byte_level(size: int = 400) -> Tokenizer:
    """Return a byte-level BPE tokenizer, like those of GPT-2, Llama 3 and Qwen."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=size, special_tokens=list(SPECIALS), initial_alphabet=alphabet, show_progress=False
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    return tokenizer


def metaspace(size: int = 420) -> Tokenizer:
    """Return a BPE tokenizer with "▁" for spaces and byte fallback, like those of Llama 2 and Gemma.

    It has not learned the emoji and the Arabic of `SENTENCES`: they fall apart into bytes.
    """
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")])
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse(), decoders.Strip(" ", 1, 0)]
    )
    specials = [*SPECIALS, *(f"<0x{byte:02X}>" for byte in range(256))]
    trainer = trainers.BpeTrainer(vocab_size=size, special_tokens=specials, max_token_length=8, show_progress=False)
    tokenizer.train_from_iterator(SENTENCES[:4], trainer)
    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [token for token in data["added_tokens"] if not token["content"].startswith("<0x")]
    return Tokenizer.from_str(json.dumps(data))


def word_piece() -> Tokenizer:
    """Return a WordPiece tokenizer with "##" continuations, like that of BERT, but with capitals kept."""
    pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    words = {word for sentence in SENTENCES for word, _ in pre_tokenizer.pre_tokenize_str(sentence)}
    pieces = {piece for word in words for piece in (word[:3], f"##{word[3:]}")} - {"##"}
    letters = {piece for word in words for letter in word for piece in (letter, f"##{letter}")}
    vocabulary = {piece: place for place, piece in enumerate([*SPECIALS, *sorted(pieces | letters)])}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    tokenizer.add_special_tokens(list(SPECIALS))
    return tokenizer


def write_tokenizer(folder: Path, tokenizer: Tokenizer, *, ends_source: bool) -> int:
    """Write `tokenizer` as transformers keeps it; return its size. `ends_source` adds </s> where asked to add."""
    folder.mkdir(parents=True, exist_ok=True)
    if ends_source:
        tokenizer.post_processor = processors.TemplateProcessing(single="$A </s>", special_tokens=[("</s>", EOS)])
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": _POSITIONS,
        "pad_token": "<pad>",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "unk_token": "<unk>",
        "clean_up_tokenization_spaces": False,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config), encoding="utf-8")
    return tokenizer.get_vocab_size()


def _write_model(folder: Path, kind: type[transformers.PreTrainedModel], config: transformers.PreTrainedConfig) -> Path:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = kind(config).eval()
    if config.model_type == "t5":  # its residual stream drowns the words read, unless attention is raised
        with torch.no_grad():
            for name, weight in model.decoder.named_parameters():
                if "SelfAttention" in name:
                    weight.mul_(4)
    model.save_pretrained(folder)
    return folder
