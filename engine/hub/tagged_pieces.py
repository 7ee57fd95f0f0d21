"""How M2M100 and mBART-50 number the pieces of their vocabulary and the tags of languages. Torch-free.

Neither file of theirs holds the numbers of the tags: they follow the pieces, in the order of the languages of the paper
(Fan et al. 2020; Tang et al. 2020).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.errors import ModelError
from engine.json_files import read_object

SPM, VOCABULARY = "sentencepiece.bpe.model", "vocab.json"
LIMIT = 50_000_000  # bytes of a file
_M2M_LANGUAGES = """
af am ar ast az ba be bg bn br bs ca ceb cs cy da de el en es et fa ff fi fr fy ga gd gl gu ha he hi hr ht hu hy id ig
ilo is it ja jv ka kk km kn ko lb lg ln lo lt lv mg mk ml mn mr ms my ne nl no ns oc or pa pl ps pt ro ru sd si sk sl so
sq sr ss su sv sw ta th tl tn tr uk ur uz vi wo xh yi yo zh zu
"""
_MBART_TAGS = """
ar_AR cs_CZ de_DE en_XX es_XX et_EE fi_FI fr_XX gu_IN hi_IN it_IT ja_XX kk_KZ ko_KR lt_LT lv_LV my_MM ne_NP nl_XX ro_RO
ru_RU si_LK tr_TR vi_VN zh_CN af_ZA az_AZ bn_IN fa_IR he_IL hr_HR id_ID ka_GE km_KH mk_MK ml_IN mn_MN mr_IN pl_PL ps_AF
pt_XX sv_SE sw_KE ta_IN te_IN th_TH tl_XX uk_UA ur_PK xh_ZA gl_ES sl_SI
"""
_SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]
_UNUSED = 8  # numbers behind M2M100's tags that mean nothing
_CLASSES = {"m2m_100": "M2M100Tokenizer", "mbart": "MBart50Tokenizer"}


def is_tagged(folder: Path) -> bool:
    """Tell whether `folder` holds pieces that may be of such a model."""
    return (folder / SPM).is_file() and str(_json(folder / "config.json").get("model_type")) in _CLASSES


def tagged_words(folder: Path, pieces: list[str]) -> tuple[list[str], list[str]]:
    """Return the vocabulary of the model in `folder` in the order of its numbers, and which words are special.

    Raises ModelError for a model that tells languages in another way, ValueError or OSError for damaged files.
    """
    config = _json(folder / "config.json")
    kind = str(config["model_type"])
    stated = str(_json(folder / "tokenizer_config.json").get("tokenizer_class") or _CLASSES[kind])
    if kind == "m2m_100":
        tags, last, spare = [f"__{code}__" for code in _M2M_LANGUAGES.split()], [], _UNUSED
        first = numbered_words(folder)
    else:
        tags, last, spare = _MBART_TAGS.split(), ["<mask>"], 0
        first = [*_SPECIAL, *pieces]
    words = [*first, *tags, *last]
    if not stated.startswith(_CLASSES[kind]) or config.get("vocab_size") != len(words) + spare:
        raise ModelError(f"How {folder.name} names languages is not known here: choose NLLB-200, M2M100 or mBART-50.")
    return words, [*_SPECIAL, *tags, *last]


def numbered_words(folder: Path) -> list[str]:
    """Return the words of a model's `vocab.json` in the order of their numbers.

    Raises OSError, ValueError or TypeError where it does not number them from 0 on.
    """
    numbers = read_object(folder / VOCABULARY, LIMIT)
    if sorted(numbers.values()) != list(range(len(numbers))):
        raise ValueError("its numbers have gaps")
    return sorted(numbers, key=numbers.__getitem__)


def _json(path: Path) -> dict[str, Any]:
    """Return the object in `path`, empty where there is no such file. Raises ValueError where it is none."""
    return read_object(path) if path.is_file() else {}
