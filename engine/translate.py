"""Translate mode: a document sentence by sentence, in batches, streamed in its own order."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import replace
from functools import cache, partial

from engine.events import Event, Notice, Progress, Speed, TextChunk, VariantFinished
from engine.generate import TextEvents, generate_text
from engine.instructions import translate_instruction
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.modes import Request
from engine.params import SamplingParams
from engine.reply import chat_ids
from engine.text.doubts import is_target
from engine.text.markup import Kind, Part, split_markup
from engine.text.segmentation import LONGEST, split_sentences
from engine.text.unspelt import Spells, unknown_script
from engine.text.wording import translate_sentence
from engine.translation_pair import TranslationPair, check_pair

BATCH = 16  # sentences translated together
_FIRST_WINDOW = 8  # sentences looked ahead for batches of like lengths: few at first, to show something soon
_WINDOW = 128
_READING = 500  # parts of the document between two yields while it is split
_HEARTBEAT = 0.02  # seconds between two yields of a batch at work, so that a stop is soon heard


def translate(model: LoadedModel, request: Request, source: str, target: str) -> Iterator[Event]:
    """Yield the translation of `request.text` as TextChunks in order, with Progress in sentences.

    `source` and `target` are codes. Line ends, blank lines, Markdown marks, code, addresses and
    numbers stay. Raises ModelError for a pair of languages that the model does not know.
    """
    check_pair(model, source, target)
    longest = model.card.longest_sentence if model.card else 0
    spells = cache(model.tokenizer.spells)
    parts: list[Part] = []
    stays = partial(is_target, source=source, target=target)
    for part in split_markup(request.text, source, longest or LONGEST, stays):
        parts.append(part)
        if len(parts) % _READING == 0:
            yield Progress(0, 0, "sentences", "Reading")
    if any(part.kind is Kind.SENTENCE and unknown_script(part.text, spells) for part in parts):
        yield Notice(f"Some of the text is in a script that {model.id} never learnt: it stays as it is.")
    total = sum(part.kind is Kind.SENTENCE for part in parts)
    desk = _Desk(model, request.params, source, target)
    done = 0
    for window in _windows(parts):
        jobs = [_Job(part, source, target, spells) for part in window]
        shown = 0
        for speed in desk.serve(jobs):
            if speed:
                yield speed
                continue
            finished = next((place for place in range(shown, len(jobs)) if jobs[place].text is None), len(jobs))
            text = "".join(job.text or "" for job in jobs[shown:finished])
            done += sum(job.part.kind is Kind.SENTENCE for job in jobs[shown:finished])
            shown = finished
            if text:
                yield TextChunk(text)
            yield Progress(done, total, "sentences")
    yield VariantFinished(0, "end", desk.tokens, request.params.seed)


def _windows(parts: list[Part]) -> Iterator[list[Part]]:
    window: list[Part] = []
    sentences, size = 0, _FIRST_WINDOW
    for part in parts:
        window.append(part)
        sentences += part.kind is Kind.SENTENCE
        if sentences == size:
            yield window
            window, sentences, size = [], 0, _WINDOW
    if window:
        yield window


class _Job:
    """A part of the document on its way: what it asks to have translated, and `text` once it is done."""

    def __init__(self, part: Part, source: str, target: str, spells: Spells) -> None:
        self.part = part
        self.text: str | None = None
        self.asked: list[str] = []
        self.answers: dict[int, str] = {}
        if part.kind is Kind.SENTENCE:
            self._sentence = translate_sentence(part.text, source, target, spells)
            self._go_on(None)
        else:
            self.text = _gap(part.text, source, target) if part.kind is Kind.GAP else part.text

    def answer(self, place: int, text: str) -> bool:
        """Take the translation of `asked[place]`; tell whether the sentence now asks for more."""
        self.answers[place] = text
        if len(self.answers) < len(self.asked):
            return False
        self._go_on([self.answers[place] for place in range(len(self.asked))])
        return self.text is None

    def _go_on(self, answers: list[str] | None) -> None:
        try:
            self.asked = next(self._sentence) if answers is None else self._sentence.send(answers)
            self.answers = {}
        except StopIteration as stop:
            self.text = stop.value


def _gap(text: str, source: str, target: str) -> str:
    """Return the space between two sentences as the target language has it: Chinese uses none."""
    if target == "zh":
        return ""
    return text or (" " if source == "zh" else "")


class _Desk:
    """Translate what jobs ask for, texts of like length together."""

    def __init__(self, model: LoadedModel, params: SamplingParams, source: str, target: str) -> None:
        self.tokens = 0
        self._model = model
        self._params = params
        self._source, self._target = source, target
        self._pair = TranslationPair(model, source, target)

    def serve(self, jobs: list[_Job]) -> Iterator[Speed | None]:
        """Bring every job to its end; yield the speed now and then, and whenever a stop would be in order."""
        waiting = [(job, place) for job in jobs for place in range(len(job.asked))]
        while waiting:
            waiting.sort(key=lambda ask: len(ask[0].asked[ask[1]]))
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            answers = yield from self._translate([job.asked[place] for job, place in batch])
            for (job, place), answer in zip(batch, answers, strict=True):
                if job.answer(place, answer):
                    waiting += [(job, new) for new in range(len(job.asked))]
            yield None
        yield None

    def _translate(self, texts: list[str]) -> Generator[Speed | None, None, list[str]]:
        """Return the translations of `texts`; what is too long for the model goes in parts."""
        pieces = [self._fitting(text) for text in texts]
        inputs = [self._input(piece) for group in pieces for piece in group]
        rows = [""] * len(inputs)
        before = self.tokens
        beat = time.monotonic()
        with closing(self._generate(inputs)) as events:
            for event in events:
                if isinstance(event, TextChunk):
                    rows[event.variant] += event.text
                elif isinstance(event, VariantFinished):
                    self.tokens += event.tokens
                elif isinstance(event, Speed):
                    yield Speed(before + event.tokens, event.tokens_per_second)
                if time.monotonic() - beat > _HEARTBEAT:
                    yield None
                    beat = time.monotonic()
        waiting = iter(rows)
        joint = "" if self._target == "zh" else " "
        return [joint.join(next(waiting).strip() for _ in group) for group in pieces]

    def _generate(self, inputs: list[list[int]]) -> TextEvents:
        decoder, beginning = self._model.decoder, self._pair.beginning
        room = decoder.context_length - len(beginning)
        most = min(self._params.max_new_tokens, 3 * max(map(len, inputs)) + 20, room)
        params = replace(self._params, max_new_tokens=most)
        if isinstance(decoder, Seq2SeqDecoder):
            return generate_text(self._model, [beginning] * len(inputs), params, sources=inputs)
        return generate_text(self._model, inputs, params)

    def _input(self, text: str) -> list[int]:
        """Return the ids that ask the model for the translation of `text`."""
        model = self._model
        if isinstance(model.decoder, Seq2SeqDecoder):
            return self._pair.source(text)
        request = translate_instruction(text, self._source, self._target)
        return chat_ids(model, [{"role": "user", "content": request}], "translate")

    def _fitting(self, text: str) -> list[str]:
        """Return `text` in as few parts as the model's window demands."""
        decoder = self._model.decoder
        limit = decoder.source_length * 2 // 3 if isinstance(decoder, Seq2SeqDecoder) else decoder.context_length // 3
        parts, longest = [text], len(text)
        while longest > 8 and any(len(self._input(part)) > limit for part in parts):
            longest //= 2
            parts = [sentence.text for sentence in split_sentences(text, self._source, longest)]
        return parts
