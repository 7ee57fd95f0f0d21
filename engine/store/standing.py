"""How a journal stands to the file of its document. Torch-free."""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

from engine.store.journal import Journal


class Standing(Enum):
    """Which of the two has what the other lacks."""

    SAME = "same"
    AHEAD = "ahead"  # the journal holds what was not saved
    BEHIND = "behind"  # another program changed the file, and nothing was unsaved
    APART = "apart"  # both


def standing(journal: Journal, file_text: str, digest: str, plain: Callable[[str], str]) -> Standing:
    """Compare a journal with its file, whose text and digest are given (both "" for no file).

    `plain` turns a text as the window lays it out into that of a file. Hashes decide, never clocks.
    """
    kept = plain(journal.text)
    if kept == file_text:
        return Standing.SAME
    saves = journal.saves()
    # The last save may have been cut off before or after the file was replaced: either way it is ours.
    if not digest or digest in {save.digest for save in saves[:2]}:
        return Standing.AHEAD
    done = next((save.edit for save in saves if save.done), 0)
    return Standing.BEHIND if plain(journal.text_at(done)) == kept else Standing.APART
