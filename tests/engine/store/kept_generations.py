"""A generation of every kind of wording, and the record of one by an earlier version."""

from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.store.generations import Generation, Wording

ASKED = Request(Mode.WRITE, "Once", params=SamplingParams(seed=7, temperature=0.5), variants=2, memory="A king.")

FIRST = Generation(
    key="first",
    request=ASKED,
    wordings=(
        Wording(" upon", 7, 0, 2, "story-en", "abc", "story"),
        Wording(" there 😀", 8, 1, 2, "story-en", "abc", "story"),
        Wording(
            " there was", 9, model="other", parent=1, offset=6, request=Request(Mode.WRITE, "Once there", model="m")
        ),
        Wording(" upon there 😀", sources=(0, 1)),
        Wording(" mine", own=True),
    ),
    current=1,
    start=4,
    end=13,
)

OLD = """{"request": {"mode": "write", "text": "Once"}, "current": 0, "start": 4, "end": 9, "model": "story-en",
"fingerprint": "abc", "preset": "story", "wordings": [{"text": " upon", "seed": 7, "row": 0, "rows": 1}]}"""
