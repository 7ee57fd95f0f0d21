"""Tiny translators that are told languages by tags, written as transformers writes them."""

from __future__ import annotations

import atexit
import json
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
import transformers
from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
from torch.nn import functional

from engine.models.loaded import LoadedModel, load_model
from engine.tokenizer import TextTokenizer
from tests.engine.tiny_loaded import CPU, value_of
from tests.engine.tiny_models import SENTENCES

TAGGED_KINDS = ("nllb", "m2m100", "mbart50")
TAGS = {
    "nllb": {"en": "eng_Latn", "de": "deu_Latn", "fr": "fra_Latn", "es": "spa_Latn", "zh": "zho_Hans"},
    "m2m100": {code: f"__{code}__" for code in ("en", "de", "fr", "es", "zh")},
    "mbart50": {"en": "en_XX", "de": "de_DE", "fr": "fr_XX", "es": "es_XX", "zh": "zh_CN"},
}
LESSON = (
    {"en": "The weather is nice today.", "de": "Das Wetter ist heute schön.", "zh": "今天天气很好。"},
    {"en": "Where is the station?", "de": "Wo ist der Bahnhof?", "zh": "火车站在哪里？"},
)
_STEPS = 150
_SPECIALS = ["<s>", "<pad>", "</s>", "<unk>"]
_TEXTS = SENTENCES[:4]


@cache
def tagged_folder(kind: str) -> Path:
    """Return a folder with a tiny translator of `kind`, kept until the tests end."""
    keeper = TemporaryDirectory()
    atexit.register(keeper.cleanup)
    return write_tagged(Path(keeper.name) / f"tiny-{kind}", kind)


@cache
def tagged(kind: str) -> LoadedModel:
    """Return the tiny translator of `kind` in float32."""
    return value_of(load_model(tagged_folder(kind), CPU))


def write_tagged(folder: Path, kind: str) -> Path:
    """Write a translator of random weights and its tokenizer into `folder`."""
    size = {"nllb": _nllb, "m2m100": _m2m100, "mbart50": _mbart50}[kind](folder)
    write_weights(folder, kind, size)
    return folder


def write_weights(folder: Path, kind: str, size: int) -> None:
    """Write random weights for a vocabulary of `size`, and their configuration, into `folder`."""
    common = {
        "vocab_size": size,
        "d_model": 32,
        "encoder_layers": 2,
        "decoder_layers": 2,
        "encoder_attention_heads": 4,
        "decoder_attention_heads": 4,
        "encoder_ffn_dim": 64,
        "decoder_ffn_dim": 64,
        "max_position_embeddings": 256,
        "init_std": 0.3,
        "scale_embedding": True,
        "bos_token_id": 0,
        "pad_token_id": 1,
        "eos_token_id": 2,
        "decoder_start_token_id": 2,
    }
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(5)
        if kind == "mbart50":
            model = transformers.MBartForConditionalGeneration(transformers.MBartConfig(**common))
        else:
            model = transformers.M2M100ForConditionalGeneration(transformers.M2M100Config(**common))
    model.generation_config.forced_eos_token_id = None
    model.config.forced_eos_token_id = None
    model.eval().save_pretrained(folder)


@cache
def taught_folder(kind: str) -> Path:
    """Return a folder with a translator of `kind` that has learnt `LESSON` by heart, kept until the tests end."""
    keeper = TemporaryDirectory()
    atexit.register(keeper.cleanup)
    folder = write_tagged(Path(keeper.name) / f"taught-{kind}", kind)
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    tokenizer = TextTokenizer(folder)
    rows = [
        (
            tokenizer.tagged_spans(texts[source], TAGS[kind][source])[0],
            tokenizer.tagged_spans(texts[target], TAGS[kind][target])[0],
        )
        for texts in LESSON
        for source in texts
        for target in texts
        if source != target
    ]
    sources, labels = (_padded([row[place] for row in rows]) for place in (0, 1))
    inputs = torch.cat((torch.full((len(rows), 1), 2), labels[:, :-1]), dim=1)
    optimizer = torch.optim.AdamW(model.parameters(), 3e-3, weight_decay=0.0)
    model.train()
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(3)
        for _ in range(_STEPS):
            output = model(input_ids=sources, attention_mask=sources != 1, decoder_input_ids=inputs)
            loss = functional.cross_entropy(output.logits.transpose(1, 2), labels, ignore_index=1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval().save_pretrained(folder)
    return folder


@cache
def taught(kind: str) -> LoadedModel:
    """Return the translator of `taught_folder` in float32."""
    return value_of(load_model(taught_folder(kind), CPU))


def _padded(rows: list[list[int]]) -> torch.Tensor:
    width = max(map(len, rows))
    return torch.tensor([[*row, *[1] * (width - len(row))] for row in rows])


def trimmed(kind: str, folder: Path, *languages: str) -> Path:
    """Return a copy of the translator of `kind`, "nllb" or "mbart50", that knows the tags of `languages` alone."""
    shutil.copytree(tagged_folder(kind), folder)
    path = folder / "tokenizer.json"
    text = path.read_text(encoding="utf-8")
    for code, tag in TAGS[kind].items():
        if code not in languages:
            text = text.replace(f'"{tag}"', f'"<{code}>"')
    path.write_text(text, encoding="utf-8")
    return folder


def _nllb(folder: Path) -> int:
    vocabulary, merges = _pairs()
    tokenizer = transformers.NllbTokenizer(vocab=vocabulary, merges=merges)
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


def _m2m100(folder: Path) -> int:
    """Write the tokenizer that copies of M2M100 with a tokenizer.json have: transformers' own class reads no such."""
    vocabulary, merges = _pairs()
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=merges, unk_token="<unk>", fuse_unk=True))
    tokenizer.normalizer = normalizers.Replace("  ", " ")
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always", split=True)
    tags = [*TAGS["m2m100"].values(), "__ro__"]
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in [*_SPECIALS, *tags]])
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / "tokenizer.json"))
    settings = {"tokenizer_class": "M2M100Tokenizer", "eos_token": "</s>", "pad_token": "<pad>", "unk_token": "<unk>"}
    (folder / "tokenizer_config.json").write_text(json.dumps(settings), encoding="utf-8")
    return tokenizer.get_vocab_size()


def _mbart50(folder: Path) -> int:
    words = sorted({f"\u2581{word}" for text in _TEXTS for word in text.split()})
    letters = sorted({letter for text in _TEXTS for letter in text if not letter.isspace()})
    pieces = [*((word, -4.0) for word in words), *((letter, -8.0) for letter in letters), ("\u2581", -6.0)]
    tokenizer = transformers.MBart50Tokenizer(vocab=[*((name, 0.0) for name in ("<unk>", "<s>", "</s>")), *pieces])
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


def _pairs() -> tuple[dict[str, int], list[tuple[str, str]]]:
    """Return vocabulary and merges of a BPE."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    trainer = trainers.BpeTrainer(vocab_size=260, special_tokens=_SPECIALS, show_progress=False)
    tokenizer.train_from_iterator(_TEXTS, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    return model["vocab"], [tuple(merge) for merge in model["merges"]]
