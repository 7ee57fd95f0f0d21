"""Write mode: continue a text, in several variants, as far as asked and on to the end of the sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

from engine.context import build_context, left_out
from engine.errors import ModelError
from engine.events import Event, Notice, Progress, TextChunk, VariantFinished
from engine.generate import TextEvents, generate_text
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Mode, Request
from engine.speed import SpeedMeter
from engine.text.fitness import misfit
from engine.text.segmentation import split_sentences

FINISH = 60  # tokens beyond those asked for, in which a sentence may end
_LOOK_BACK = 400  # characters before the asked length in which its sentence began
_CHINESE = "[\u2014\u2018-\u201d\u2026\u2e80-\ua4cf\uf900-\ufaff\uff00-\uff60]"  # and Japanese: characters and marks
_GAP = re.compile(f"(?<={_CHINESE}) +(?=[\u2e80-\ua4cf\uf900-\ufaff])")  # where a model learnt from bare dialogue


def write(model: LoadedModel, request: Request) -> Iterator[Event]:
    """Yield the continuation of `request.text`: Notices, TextChunks, a VariantFinished each.

    A Notice says what is left out, and where the text is not what a story model was made for.

    Text that was yielded is never taken back. When the window is full the oldest paragraphs
    make room and writing goes on. The seed must be drawn already. Raises ModelError for a model
    that only turns one text into another.
    """
    if isinstance(model.decoder, Seq2SeqDecoder):
        raise ModelError(f"The model {model.id} turns one text into another and cannot continue one: choose another.")
    answers = [_Answer(model, request, variant) for variant in range(request.variants)]
    room = _room(model, request)
    context = build_context(model, request, model.decoder.context_length - room)
    if model.card and model.card.tasks == (Mode.WRITE.value,) and not request.raw:
        unfit = misfit(request.text, model.card.languages)
        if unfit:
            yield Notice(unfit)
    notice = left_out(request.text, context.start)
    if notice:
        yield Notice(notice)
    params = replace(request.params, max_new_tokens=room)
    yield from _follow(generate_text(model, [context.ids], params, request.variants), answers)
    for answer in answers:
        while not answer.finished:
            yield from _write_on(model, request, answer)


def _room(model: LoadedModel, request: Request) -> int:
    """Return the tokens that one pass may write: all that are asked for, but at most half the window."""
    asked = request.params.max_new_tokens + (0 if request.raw else FINISH)
    return min(asked, model.decoder.context_length // 2)


def _write_on(model: LoadedModel, request: Request, answer: _Answer) -> Iterator[Event]:
    """Go on with an answer that has filled the window, with the oldest paragraphs dropped."""
    answer.begin_pass()
    room = min(_room(model, request), answer.tokens_left)
    so_far = replace(request, text=request.text + answer.text)
    context = build_context(model, so_far, model.decoder.context_length - room)
    seed = (answer.seed + 7919 * answer.passes) % 2**63  # another pass must not repeat the same draws
    params = replace(request.params, max_new_tokens=room, seed=seed)
    yield from _follow(generate_text(model, [context.ids], params), [answer])


def _follow(events: TextEvents, answers: list[_Answer]) -> Iterator[Event]:
    """Pass events on; text goes through its answer, and the pass ends when all answers have."""
    meter = SpeedMeter()
    with closing(events):
        for event in events:
            if isinstance(event, Progress) and event.note == "Reading":
                meter.start()  # its clock is for what is written
            if not isinstance(event, TextChunk | VariantFinished):
                yield event
            elif not answers[event.variant].finished:
                yield from _answer_with(answers[event.variant], event)
                if all(answer.finished for answer in answers):
                    yield meter.total(sum(answer.tokens for answer in answers))
                    return


def _answer_with(answer: _Answer, event: TextChunk | VariantFinished) -> Iterator[Event]:
    if isinstance(event, VariantFinished):
        answer.end_pass(event.reason, event.tokens)
    else:
        shown = answer.take(event.text)
        if shown:
            yield TextChunk(shown, answer.variant)
    if answer.finished:
        yield VariantFinished(answer.variant, answer.finished, answer.tokens, answer.seed)


class _Answer:
    """One variant as it grows: its text, and when it is long enough and its sentence over."""

    def __init__(self, model: LoadedModel, request: Request, variant: int) -> None:
        self.variant = variant
        self.seed = request.params.seed + variant
        self.text = ""
        self.tokens = 0
        self.passes = 0
        self.finished = ""  # the reason, once it is
        self._tokens_before = 0  # of the passes that are over
        self._encode = model.tokenizer.encode
        self._asked = request.params.max_new_tokens
        self._spare = 0 if request.raw else FINISH
        self._raw = request.raw
        self._before = request.text
        self._pass_begins = True
        self._shown = 0  # characters of the text; white space only when a word follows
        self._long_enough = -1  # length of the text when the tokens asked for were there

    @property
    def tokens_left(self) -> int:
        """Tokens that may still come."""
        return self._asked + self._spare - self.tokens

    def take(self, chunk: str) -> str:
        """Append `chunk`; return what of it is to be shown."""
        self.tokens += max(1, len(self._encode(chunk)))
        if self._raw:
            self.text += chunk
            return chunk
        self.text += self._joined(chunk)
        self._close_gaps()
        if self.tokens >= self._asked:
            self._end_with_sentence()
        shown, self._shown = self.text[self._shown :].rstrip(), max(self._shown, len(self.text.rstrip()))
        return shown

    def begin_pass(self) -> None:
        """Note that another pass goes on where the last one ran out of room."""
        self.passes += 1
        self._pass_begins = True

    def end_pass(self, reason: str, tokens: int) -> None:
        """Note that a pass is over; only one that ran out of room leaves the answer open."""
        self._tokens_before += tokens
        self.tokens = self._tokens_before
        if reason != "length" or self.tokens_left <= 0 or not tokens:
            self.finished = reason

    def _close_gaps(self) -> None:
        """Take spaces between Chinese characters away, which are not shown before what follows them is there."""
        shown = self.text[: self._shown]
        last = (shown or self._before)[-1:]
        self.text = shown + _GAP.sub("", last + self.text[self._shown :]).removeprefix(last)

    def _joined(self, chunk: str) -> str:
        """Return the first chunk of a pass so that it meets the text before it with just one space."""
        begins, self._pass_begins = self._pass_begins, False
        spaced = (self.text or self._before).endswith(" ")  # which the prompt went without
        return chunk[1:] if begins and spaced and chunk.startswith(" ") else chunk

    def _end_with_sentence(self) -> None:
        """Finish where the sentence ends in which the answer became long enough, once another one begins."""
        if self._long_enough < 0:
            self._long_enough = len(self.text)
        base = max(0, self._long_enough - _LOOK_BACK)
        for sentence in split_sentences(self.text[base:])[:-1]:
            if base + sentence.end >= self._long_enough:
                self.text = self.text[: base + sentence.end]
                self.finished = "length"
                return
