"""The tags by which many-language translators say languages: one token before the source, one that begins the answer.

NLLB-200 (NLLB Team 2022), M2M-100 (Fan et al. 2020) and mBART-50 (Tang et al. 2020) are told by their configuration
and the tokens they know. Torch-free.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.json_files import read_object

_NLLB = {"en": "eng_Latn", "de": "deu_Latn", "fr": "fra_Latn", "es": "spa_Latn", "zh": "zho_Hans"}
_M2M = {"en": "__en__", "de": "__de__", "fr": "__fr__", "es": "__es__", "zh": "__zh__"}
_MBART = {"en": "en_XX", "de": "de_DE", "fr": "fr_XX", "es": "es_XX", "zh": "zh_CN"}
_SCHEMES = {"m2m_100": (_NLLB, _M2M), "mbart": (_MBART,)}
_ONLY_MBART_50 = "af_ZA"  # the first mBART puts its tags after the text, and has none for this language
_HEAD = 1_000_000  # bytes of tokenizer.json, which begins with its added tokens


@dataclass(frozen=True, slots=True)
class LanguageTags:
    """The token for each language, by our codes; `only` is the one language a model writes, "" for all of them."""

    tokens: dict[str, str]
    only: str = ""

    @property
    def languages(self) -> tuple[str, ...]:
        """Codes as in a model's card: of languages between which it translates, or pairs such as "en-de"."""
        if not self.only:
            return tuple(self.tokens)
        return tuple(f"{code}-{self.only}" for code in self.tokens if code != self.only)


def read_tags(folder: Path, config: dict[str, Any]) -> LanguageTags | None:
    """Return the tags of the model with the configuration `config` in `folder`; None where it has no such.

    Costs about a millisecond. A damaged tokenizer has none either: whoever loads it says so.
    """
    kind = config.get("model_type")
    schemes = _SCHEMES.get(kind, ()) if isinstance(kind, str) else ()
    if not schemes:
        return None
    tokens = _added_tokens(folder / "tokenizer.json")
    if kind == "mbart" and _ONLY_MBART_50 not in tokens:
        return None
    forced = _forced(folder, config)
    for scheme in schemes:
        known = {code: tag for code, tag in scheme.items() if tag in tokens}
        only = next((code for code, tag in known.items() if tokens[tag] == forced), "")
        if known and (forced is None or only):  # else it is made to begin with a language that is none of ours
            return LanguageTags(known, only)
    return None


def _added_tokens(path: Path) -> dict[str, Any]:
    """Return the tokens that were added to a vocabulary, and their ids."""
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).decode("utf-8", "replace")
        begin = head.index("[", head.index('"added_tokens"'))
        found, _ = json.JSONDecoder().raw_decode(head, begin)
        return {str(token["content"]): token["id"] for token in found}
    except (OSError, ValueError, LookupError, TypeError, RecursionError):
        return {}


def _forced(folder: Path, config: dict[str, Any]) -> Any:
    """Return the id that the model is made to begin with whatever it is asked for, or None."""
    try:
        stated = read_object(folder / "generation_config.json").get("forced_bos_token_id")
    except (OSError, ValueError):
        stated = None
    return config.get("forced_bos_token_id") if stated is None else stated
