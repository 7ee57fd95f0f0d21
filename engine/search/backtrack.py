"""Sampling that takes back what it wrote where a banned phrase turns up, and goes on another way.

The phrase is looked for in the decoded text, so it is found however it is spelled in tokens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import torch

from engine.detokenizer import Detokenizer
from engine.phrases import Phrases
from engine.sampling import Sampler
from engine.search.rows import Rows
from engine.search.steps import Ending, Search, Step


@dataclass(frozen=True, slots=True)
class Written:
    """An id that may still be taken back, where its text ends, and how the text was decoded before it."""

    token: int
    end: int
    before: Detokenizer


@dataclass(slots=True)
class Draft:
    """The end of a text: what was not handed out yet, since a banned phrase may begin in it.

    `position` counts the ids handed out; `text` is the text of `held`.
    """

    detokenizer: Detokenizer
    banned: Phrases
    held: list[Written] = field(default_factory=list)
    text: str = ""
    position: int = 0
    forbidden: dict[int, set[int]] = field(default_factory=dict)

    def add(self, token: int) -> None:
        """Write `token` at the end."""
        before = self.detokenizer.fork()
        self.text += self.detokenizer.add((token,))
        self.held.append(Written(token, len(self.text), before))

    def strike(self) -> int:
        """Return how many ids to take back, 0 if no banned phrase is in the text; take them back.

        The id with which the phrase began is forbidden in its place from now on.
        """
        start = self.banned.find(self.text)
        if start is None:
            return 0
        first = next(index for index, written in enumerate(self.held) if written.end > start)
        struck, self.held = self.held[first:], self.held[:first]
        place = self.position + first
        self.forbidden = {other: ids for other, ids in self.forbidden.items() if other <= place}
        self.forbidden.setdefault(place, set()).add(struck[0].token)
        self.detokenizer = struck[0].before
        self.text = self.text[: self.held[-1].end if self.held else 0]
        return len(struck)

    def release(self, *, everything: bool = False) -> tuple[int, ...]:
        """Hand out the ids in whose text no banned phrase can begin any more, however the text goes on."""
        count = len(self.held) if everything else self._safe()
        if not count:
            return ()
        released, end = self.held[:count], self.held[count - 1].end
        self.held = [Written(one.token, one.end - end, one.before) for one in self.held[count:]]
        self.text = self.text[end:]
        self.position += count
        return tuple(written.token for written in released)

    def _safe(self) -> int:
        # What follows may yet be struck and written anew, so the text before it must not end like a beginning.
        ends = [written.end for written in self.held]
        return next(
            (count for count in range(len(ends), 0, -1) if not self.banned.held(self.text[: ends[count - 1]])), 0
        )


def sample_without(rows: Rows, sampler: Sampler, limit: int, detokenizer: Detokenizer, banned: Phrases) -> Search:
    """Write up to `limit` ids into the one row of `rows`, in whose text no `banned` phrase occurs."""
    draft = Draft(detokenizer, banned)
    start, number = rows.history.length, rows.numbers[0]
    choose = _chooser(rows, sampler, draft)
    while True:
        token = choose()
        ended = token in rows.decoder.end_ids
        if not ended:
            draft.add(token)
        taken = 0 if ended else draft.strike()
        written = draft.position + len(draft.held)
        over = ended or (written >= limit and not taken)
        ids = draft.release(everything=over)
        ending = (Ending(number, "end" if ended else "length"),) if over else ()
        closed = yield Step(((number, ids),) if ids else (), ending)
        if over or number in (closed or ()):
            return
        if not taken:
            rows.advance(torch.tensor([token], device=rows.decoder.device))
        elif taken > 1:  # the last of them was not read yet
            rows.rewind(start + written)


def _chooser(rows: Rows, sampler: Sampler, draft: Draft) -> Callable[[], int]:
    def choose() -> int:
        place = draft.position + len(draft.held)
        logits = rows.logits
        if place in draft.forbidden:
            ids = torch.tensor(sorted(draft.forbidden[place]), device=logits.device)
            logits = logits.index_fill(1, ids, -torch.inf)
        return int(sampler.choose(logits, rows.history.ids)[0])

    return choose
