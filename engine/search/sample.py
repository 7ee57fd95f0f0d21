"""Greedy and sampling search: every row writes one id per step."""

from __future__ import annotations

from engine.sampling import Sampler
from engine.search.ahead import Lookahead
from engine.search.draft import Draft
from engine.search.rows import Rows
from engine.search.steps import Search


def sample(rows: Rows, sampler: Sampler, limit: int, draft: Draft | None = None) -> Search:
    """Write up to `limit` ids into each row; rows that are complete leave the batch. A `draft` guesses for one row.

    The last row to finish stays in `rows`, so that its state can be reused.
    """
    lookahead = Lookahead(rows, sampler, draft)
    try:
        for written in range(1, limit + 1):
            chosen = lookahead.choose(rows)
            step = rows.report(chosen.tolist(), last=written == limit)
            closed = yield step
            going = rows.going(step, closed)
            if not going:
                return
            if len(going) < len(rows.numbers):
                rows.select(going)
                sampler.select(going)
                chosen = chosen[going]
            lookahead.advance(rows, chosen, limit - written)
    finally:
        lookahead.drop(rows)
