"""From prompts to the steps of a search: reads what is new, searches as the settings say, keeps the rest."""

from __future__ import annotations

from collections.abc import Collection, Generator, Sequence
from dataclasses import replace

import torch

from engine.detokenizer import Detokenizer
from engine.errors import ModelError
from engine.history import TokenHistory
from engine.models.base import DecoderState, HiddenDecoder, Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.params import SamplingParams
from engine.penalties import DRY_BREAKERS, TokenRules, sequence_biases
from engine.phrases import Phrases
from engine.sampling import Sampler
from engine.search.backtrack import sample_without
from engine.search.beam import beam_search
from engine.search.contrastive import contrastive_search, read_hidden
from engine.search.draft import Draft
from engine.search.rows import Rows, read_prompts
from engine.search.sample import sample
from engine.search.steps import PromptRead, Search, Step
from engine.tokenizer import TextTokenizer

SEEDS = 2**63  # seeds are below

TokenSteps = Generator[PromptRead | Step, Collection[int] | None, None]
_Ids = Sequence[Sequence[int]]


def search_texts(
    model: LoadedModel, prompts: _Ids, params: SamplingParams, variants: int, sources: _Ids | None
) -> TokenSteps:
    """Yield the steps of the search that `params` asks for; see `engine.generate.generate_tokens`."""
    if params.contrastive_alpha:
        yield from _contrastive(model, prompts, params, variants, sources)
    elif params.beams > 1:
        rows = yield from read_rows(model, prompts, sources)
        search = beam_search(rows, params, _limit(rows, params), token_rules(model, params), variants)
        yield from _keeping(model, rows, search)
    elif params.banned_phrases:
        yield from _one_by_one(model, prompts, params, variants, sources)
    else:
        draft = (yield from _draft(model, prompts, params)) if variants == 1 and sources is None else None
        try:
            rows = yield from read_rows(model, prompts, sources)
        except GeneratorExit:
            if draft is not None:
                draft.keep(TokenHistory(prompts, model.decoder.device))
            raise
        _multiply(rows, variants)
        sampler = Sampler(params, _seeds(params, len(rows.numbers)), token_rules(model, params))
        try:
            yield from _keeping(model, rows, sample(rows, sampler, _limit(rows, params), draft))
        finally:
            if draft is not None:
                draft.keep(rows.history)


def token_rules(model: LoadedModel, params: SamplingParams) -> TokenRules:
    """Return the settings that are words as ids.

    Biases hold for a word at the beginning and after a space. Beam and contrastive search cannot
    go back, and so forbid the usual spellings of banned phrases instead.
    """
    tokenizer = model.tokenizer
    pairs = [
        pair
        for word, bias in params.biased_words
        for ids in sorted(_spellings(tokenizer, word))
        for pair in _shares(ids, bias)
    ]
    if params.beams > 1 or params.contrastive_alpha:
        forms = {form for phrase in params.banned_phrases for form in _forms(phrase)}
        pairs += [(ids, -torch.inf) for form in sorted(forms) for ids in _spellings(tokenizer, form)]
    breakers = tokenizer.ids_containing(DRY_BREAKERS) if params.dry_multiplier else frozenset[int]()
    return TokenRules(sequence_biases(pairs, model.decoder.device), breakers)


def _contrastive(
    model: LoadedModel, prompts: _Ids, params: SamplingParams, variants: int, sources: _Ids | None
) -> TokenSteps:
    decoder = model.decoder
    if not isinstance(decoder, HiddenDecoder):
        raise ModelError("This model cannot do contrastive search: switch it off or choose another model.")
    rows, context = yield from read_hidden(decoder, prompts, _new_state(model, prompts, sources))
    _multiply(rows, variants)
    context.select([0] * variants if variants > 1 else range(len(prompts)))
    search = contrastive_search(rows, context, params, _limit(rows, params), token_rules(model, params))
    yield from _keeping(model, rows, search)


def _one_by_one(
    model: LoadedModel, prompts: _Ids, params: SamplingParams, variants: int, sources: _Ids | None
) -> TokenSteps:
    """Write one text after the other, since each goes back at its own moments."""
    banned = Phrases(params.banned_phrases, ignore_case=True)
    for number in range(max(variants, len(prompts))):
        place = min(number, len(prompts) - 1)
        rows = yield from read_rows(model, prompts[place : place + 1], None if sources is None else [sources[place]])
        rows.numbers = [number]
        own = replace(params, seed=(params.seed + number) % SEEDS)
        sampler = Sampler(own, [own.seed], token_rules(model, params))
        detokenizer = Detokenizer(model.tokenizer, prompts[place])
        search = sample_without(rows, sampler, _limit(rows, params), detokenizer, banned)
        yield from _keeping(model, rows, search)


def read_rows(
    model: LoadedModel, prompts: _Ids, sources: _Ids | None
) -> Generator[PromptRead, Collection[int] | None, Rows]:
    """Read `prompts` and return their rows; a single one is read only as far as it is new."""
    if sources is not None or len(prompts) > 1:
        return (yield from read_prompts(model.decoder, prompts, _new_state(model, prompts, sources)))
    prompt = prompts[0]
    state, known, logits = model.prefixes.take(prompt)
    if state is not None and logits is not None:
        return Rows(model.decoder, state, TokenHistory(prompts, model.decoder.device), logits, [0])
    state = state or model.decoder.new_state(1)
    try:
        rows = yield from read_prompts(model.decoder, prompts, state, known)
    except GeneratorExit:
        model.prefixes.keep(prompt[: state.length], state)
        raise
    model.prefixes.mark(prompt, rows.logits)
    return rows


def _draft(
    model: LoadedModel, prompts: _Ids, params: SamplingParams
) -> Generator[PromptRead, Collection[int] | None, Draft | None]:
    """Have the draft model, if there is one, read the prompt as well; None where it cannot guess for this search."""
    drafting = model.draft
    if drafting is None or len(prompts) > 1 or params.mirostat_tau:
        return None
    if len(prompts[0]) >= drafting.model.decoder.context_length:
        return None
    rows = yield from read_rows(drafting.model, prompts, None)
    return Draft(drafting.model, drafting.pace, rows)


def _keeping(model: LoadedModel, rows: Rows, search: Search) -> Search:
    """Run `search`, and keep the state of its last row for the next request, also when closed early."""
    try:
        yield from search
    except GeneratorExit:
        keep_rows(model, rows)
        raise
    keep_rows(model, rows)


def keep_rows(model: LoadedModel, rows: Rows) -> None:
    """Keep the state of the first of `rows` for the next request."""
    ids = rows.history.row(0)[: rows.state.length]
    if isinstance(model.decoder, Seq2SeqDecoder) or len(ids) < rows.state.length:  # a source, or padding
        return
    rows.select([0])
    model.prefixes.keep(ids, rows.state)


def _new_state(model: LoadedModel, prompts: _Ids, sources: _Ids | None) -> DecoderState:
    decoder = model.decoder
    if sources is None or not isinstance(decoder, Seq2SeqDecoder):
        return decoder.new_state(len(prompts))
    width = max(map(len, sources))
    ids = [[*source, *[decoder.pad_id] * (width - len(source))] for source in sources]
    lengths = torch.tensor([len(source) for source in sources], device=decoder.device)
    mask = torch.arange(width, device=decoder.device) < lengths[:, None]
    return decoder.encode(torch.tensor(ids, device=decoder.device), mask)


def _multiply(rows: Rows, variants: int) -> None:
    if variants > 1:
        rows.select([0] * variants, range(variants))


def _limit(rows: Rows, params: SamplingParams) -> int:
    return min(params.max_new_tokens, rows.decoder.context_length - rows.history.length + 1)


def _seeds(params: SamplingParams, count: int) -> list[int]:
    return [(params.seed + number) % SEEDS for number in range(count)]


def _shares(ids: tuple[int, ...], bias: float) -> list[tuple[tuple[int, ...], float]]:
    """Spread a favour over the ids of a word in growing parts: it should begin, and even more be finished.

    A dislike meets its last id alone, and so spares words that begin alike.
    """
    if bias <= 0:
        return [(ids, bias)]
    whole = len(ids) * (len(ids) + 1) / 2
    return [(ids[:length], bias * length / whole) for length in range(1, len(ids) + 1)]


def _spellings(tokenizer: TextTokenizer, word: str) -> set[tuple[int, ...]]:
    return {tuple(tokenizer.encode(text)) for text in (word, f" {word}")} - {()}


def _forms(phrase: str) -> set[str]:
    return {phrase, phrase.lower(), phrase.upper(), phrase[:1].upper() + phrase[1:]}
