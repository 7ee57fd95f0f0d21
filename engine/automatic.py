"""Which model writes on where none was chosen, told without asking the engine. Torch-free, and quick."""

from __future__ import annotations

from collections.abc import Sequence

from engine.catalog import ModelEntry, nearest
from engine.languages import LANGUAGES
from engine.modes import Mode
from engine.text.script import TAIL, script_of


def automatic_models(models: Sequence[ModelEntry], mode: Mode, text: str) -> list[ModelEntry]:
    """Return those of `models` that `engine.session.Session` may take to go on from the end of `text` in `mode`.

    Mostly it is one. Chinese is told by its script; which language Latin letters are in takes longer to tell than a
    window may wait, so that it may be several where models for such languages are there.
    """
    chinese = script_of(text.strip()[-TAIL:]).chinese
    codes = ("zh",) if chinese else ("", *(code for code in LANGUAGES if code != "zh"))
    found = (nearest(models, mode, code) for code in codes)
    return list({entry.id: entry for entry in found if entry is not None}.values())
