from itertools import pairwise

import pytest
import torch

from engine.errors import InputError
from engine.events import ContextUsed, Progress, Speed, TextChunk, VariantFinished
from engine.generate import generate, generate_text
from engine.params import SamplingParams
from engine.textstream import TextStream
from tests.engine.reference import inputs
from tests.engine.tiny_loaded import PLACES, tiny, token_texts
from tests.engine.tiny_models import CAUSAL_KINDS, SENTENCES, SEQ2SEQ_KINDS

GREEDY = SamplingParams(temperature=0, max_new_tokens=30)
SEARCHES = {
    "greedy": GREEDY,
    "sampling": SamplingParams(seed=5, max_new_tokens=30, top_k=50, min_p=0.01),
    "beam": SamplingParams(beams=3, max_new_tokens=30),
    "contrastive": SamplingParams(contrastive_alpha=0.6, max_new_tokens=20),
    "banned": SamplingParams(seed=5, max_new_tokens=30, banned_phrases=("e", "the")),
}


@pytest.fixture
def llama():
    model = tiny("llama")
    model.prefixes.clear()
    return model


@pytest.fixture
def prompt(llama):
    return inputs(llama, "llama", 1)[0]


@pytest.fixture
def tokens_read(llama, monkeypatch):
    """Count the tokens that the decoder reads."""
    counts: list[int] = []
    prefill, step = llama.decoder.prefill, llama.decoder.step
    monkeypatch.setattr(
        llama.decoder, "prefill", lambda ids, state, mask=None: counts.append(ids.numel()) or prefill(ids, state, mask)
    )
    monkeypatch.setattr(llama.decoder, "step", lambda ids, state: counts.append(ids.numel()) or step(ids, state))
    return counts


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("name", list(SEARCHES))
@pytest.mark.parametrize("kind", ["qwen2", "marian"])
def test_the_same_request_gives_the_same_text(kind, name, place):
    model = tiny(kind, place)
    texts = inputs(model, kind, 1)
    prompts, sources = (texts, None) if kind in CAUSAL_KINDS else ([], texts)
    model.prefixes.clear()
    first = generate(model, prompts, SEARCHES[name], sources=sources)
    assert first[0]
    for _ in range(2):  # the second time the prompt is known
        assert generate(model, prompts, SEARCHES[name], sources=sources) == first


@pytest.mark.parametrize("name", list(SEARCHES))
def test_events_of_one_text(llama, prompt, name):
    events = list(generate_text(llama, [prompt], SEARCHES[name]))
    assert events[0] == ContextUsed(len(prompt), 4096)
    assert events[1] == Progress(len(prompt), len(prompt), "tokens", "Reading")
    last = events[-2]
    assert isinstance(last, VariantFinished)
    assert isinstance(events[-1], Speed)
    assert (last.variant, last.reason, last.tokens) == (0, "length", SEARCHES[name].max_new_tokens)
    assert last.seed == SEARCHES[name].seed or SEARCHES[name].seed == -1
    text = "".join(event.text for event in events if isinstance(event, TextChunk))
    assert text == generate(llama, [prompt], SEARCHES[name])[0]


def test_tokens_are_counted_also_while_every_step_gives_text(llama, prompt, monkeypatch):
    monkeypatch.setattr(TextStream, "add", lambda stream, ids: setattr(stream, "tokens", stream.tokens + 1) or "a")
    events = list(generate_text(llama, [prompt], GREEDY))
    assert [event.done for event in events if isinstance(event, Progress) and not event.note] == [8, 16, 24]


def test_every_step_yields(llama, prompt, monkeypatch):
    steps = 0

    def choose(ids, state, step=llama.decoder.step):
        nonlocal steps
        steps += 1
        return step(ids, state)

    monkeypatch.setattr(llama.decoder, "step", choose)
    seen = []
    for _ in generate_text(llama, [prompt], GREEDY):
        seen.append(steps)
    assert max(later - earlier for earlier, later in pairwise(seen)) <= 1


def test_variants_use_consecutive_seeds_and_say_so(llama, prompt):
    params = SamplingParams(seed=2**63 - 2, max_new_tokens=10)
    events = list(generate_text(llama, [prompt], params, variants=3))
    seeds = {event.variant: event.seed for event in events if isinstance(event, VariantFinished)}
    assert seeds == {0: 2**63 - 2, 1: 2**63 - 1, 2: 0}
    again = SamplingParams(seed=0, max_new_tokens=10)
    assert generate(llama, [prompt], params, variants=3)[2] == generate(llama, [prompt], again)[0]


def test_an_unset_seed_is_drawn_and_said(llama, prompt):
    params = SamplingParams(max_new_tokens=10)
    finished = []
    texts = []
    for _ in range(2):
        events = list(generate_text(llama, [prompt], params))
        finished.append(next(event.seed for event in events if isinstance(event, VariantFinished)))
        texts.append("".join(event.text for event in events if isinstance(event, TextChunk)))
    assert finished[0] != finished[1]
    assert generate(llama, [prompt], SamplingParams(seed=finished[0], max_new_tokens=10)) == texts[:1]


def test_a_stop_string_ends_its_variant_only(llama, prompt):
    params = SamplingParams(seed=1, max_new_tokens=40)
    plain = generate(llama, [prompt], params, variants=3)
    stop = plain[1][8:11]
    stopping = SamplingParams(seed=1, max_new_tokens=40, stop=(stop, "never this"))
    events = list(generate_text(llama, [prompt], stopping, variants=3))
    reasons = {event.variant: event.reason for event in events if isinstance(event, VariantFinished)}
    assert reasons == {number: "stop" if stop in text else "length" for number, text in enumerate(plain)}
    assert generate(llama, [prompt], stopping, variants=3) == [text.split(stop)[0] for text in plain]


@pytest.mark.parametrize("kind", SEQ2SEQ_KINDS)
def test_a_batch_of_sources_gives_one_text_each(kind):
    model = tiny(kind)
    sources = inputs(model, kind, 4)
    events = list(generate_text(model, [], GREEDY, sources=sources))
    assert events[0] == ContextUsed(max(map(len, sources)), model.decoder.source_length)
    assert sorted(event.variant for event in events if isinstance(event, VariantFinished)) == [0, 1, 2, 3]
    alone = [generate(model, [], GREEDY, sources=[source])[0] for source in sources]
    assert generate(model, [], GREEDY, sources=sources) == alone
    assert len(set(alone)) > 1


def test_no_prompt_is_where_a_text_begins(llama):
    beginning = generate(llama, [list(llama.decoder.start_ids)], GREEDY)
    assert generate(llama, [], GREEDY) == beginning
    assert generate(llama, [[]], GREEDY) == beginning


def test_text_continues_the_prompt_with_its_spacing(llama, prompt):
    text = llama.tokenizer.decode(prompt) + generate(llama, [prompt], GREEDY)[0]
    assert text.startswith(SENTENCES[0])


def test_a_continuation_reads_only_what_is_new(llama, prompt, tokens_read):
    events = list(generate_text(llama, [prompt], GREEDY))
    assert sum(tokens_read) == len(prompt) + 29  # the last of 30 is not read
    text = "".join(event.text for event in events if isinstance(event, TextChunk))
    assert text
    tokens_read.clear()
    longer = [*prompt, *range(20, 27)]
    list(generate_text(llama, [longer], GREEDY))
    assert sum(tokens_read) == 7 + 29


def test_what_was_written_is_known_too(llama, prompt, tokens_read):
    written = token_texts(llama, [prompt], GREEDY)[0][0]
    tokens_read.clear()
    token_texts(llama, [[*prompt, *written, 50, 51]], GREEDY)
    assert sum(tokens_read) == 1 + 2 + 29


def test_the_same_prompt_again_is_not_read_at_all(llama, prompt, tokens_read):
    list(generate_text(llama, [prompt], GREEDY))
    tokens_read.clear()
    list(generate_text(llama, [prompt], SamplingParams(seed=1, max_new_tokens=30), variants=2))
    assert sum(tokens_read) == 2 * 29


def test_reuse_changes_no_text(llama, prompt):
    other = [*prompt[:10], *range(30, 60)]
    llama.prefixes.clear()
    fresh = generate(llama, [other], GREEDY)
    for first in (prompt, prompt[:5], [*prompt, *prompt]):
        llama.prefixes.clear()
        generate(llama, [first], SamplingParams(beams=3, max_new_tokens=5))
        assert generate(llama, [other], GREEDY) == fresh


def test_closing_early_keeps_what_was_read(llama, prompt, tokens_read):
    long = prompt * 20
    events = generate_text(llama, [long], GREEDY)
    while not isinstance(next(events), Progress):
        pass
    events.close()  # after the first chunk
    assert sum(tokens_read) == 256
    events = generate_text(llama, [long], GREEDY)
    while not isinstance(next(events), TextChunk):
        pass
    events.close()
    assert sum(tokens_read[1:]) < len(long) - 256 + 10
    tokens_read.clear()
    generate(llama, [long], GREEDY)
    assert sum(tokens_read) == 29


@pytest.mark.parametrize("word", ["king", "castle by"])
def test_biased_words_are_written_more_or_less(llama, prompt, word):
    def share(bias):
        params = SamplingParams(temperature=0, max_new_tokens=30, biased_words=((word, bias),))
        return generate(llama, [prompt], params)[0].count(word)

    assert share(1000.0) > 2
    assert share(0.0) == 0
    wanted = SamplingParams(temperature=0, max_new_tokens=30, biased_words=((word, 1000.0), (word, -1000.0)))
    assert word not in generate(llama, [prompt], wanted)[0]


def test_dry_does_not_reach_across_lines(llama):
    line = llama.tokenizer.encode("the old king")
    newline = llama.tokenizer.encode("\n")
    strong = SamplingParams(temperature=0, max_new_tokens=1, dry_multiplier=5.0, dry_base=4.0)
    plain = SamplingParams(temperature=0, max_new_tokens=1)
    broken = [*line, 99, *newline, *line, *newline]
    assert generate(llama, [broken], strong) == generate(llama, [broken], plain)


def test_too_long_a_text_is_a_sentence(llama, prompt, monkeypatch):
    monkeypatch.setattr(llama.decoder, "context_length", len(prompt) - 1)
    with pytest.raises(InputError, match=f"{len(prompt)} tokens.*{len(prompt) - 1}"):
        generate(llama, [prompt], GREEDY)
    marian = tiny("marian")
    with pytest.raises(InputError, match=r"300 tokens.*256"):
        generate(marian, [], GREEDY, sources=[[10] * 300])


@pytest.mark.parametrize(
    ("kind", "prompts", "variants", "sources"),
    [
        ("llama", [[1], [2]], 2, None),
        ("llama", [[1]], 0, None),
        ("llama", [[1]], 1, [[2]]),
        ("marian", [], 1, None),
        ("marian", [[0]], 1, [[5], [6]]),
        ("marian", [], 1, [[]]),
    ],
)
def test_arguments_that_do_not_fit_are_refused(kind, prompts, variants, sources):
    with pytest.raises(ValueError, match=r"variants|sources"):
        generate(tiny(kind), prompts, GREEDY, variants, sources)


def test_inference_mode_does_not_leak_between_events(llama, prompt):
    for params in SEARCHES.values():
        for _ in generate_text(llama, [prompt], params):
            assert not torch.is_inference_mode_enabled()
