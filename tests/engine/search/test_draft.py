from collections import Counter
from dataclasses import replace
from itertools import product

import pytest
import torch

from engine.cache import PrefixCache
from engine.generate import generate_tokens
from engine.models.drafting import drafted
from engine.models.loaded import LoadedModel
from engine.params import SamplingParams
from engine.sampling import Sampler
from engine.search import ahead
from engine.search.draft import Draft
from engine.search.pace import Pace
from engine.search.sample import sample
from engine.search.steps import Step
from tests.engine.reference import inputs
from tests.engine.search.ruled import Clock, Ruled, around, rows_of
from tests.engine.tiny_loaded import tiny, token_texts

GREEDY = SamplingParams(temperature=0)


class Eager(Pace):
    """Guess whatever it costs."""

    def __init__(self, count):
        super().__init__()
        self._count = count
        self.note_step(1.0)

    def length(self):
        return self._count


def eagerly(model, helper):
    """Return `model` with the guesses of `helper`, which never rests, and with nothing remembered."""
    paired = drafted(replace(model, prefixes=PrefixCache()), replace(helper, prefixes=PrefixCache()))
    return replace(paired, draft=replace(paired.draft, pace=Eager(3)))


def alone(decoder):
    """Return a loaded model of which only the decoder is there: a draft needs no more."""
    whole = tiny("llama")
    return LoadedModel("ruled", whole.folder, decoder, whole.tokenizer, None, whole.device)


def written(decoder, helper, prompt, count, params=GREEDY, seed=0, pace=None):
    """Return what `decoder` writes with the guesses of `helper`, and the pace."""
    rows = rows_of(decoder, prompt)
    model = alone(helper)
    draft = Draft(model, pace or Pace(decoder.clock), rows_of(helper, prompt))
    search = sample(rows, Sampler(params, [seed]), count, draft)
    ids = [token for step in search for _, tokens in step.ids for token in tokens]
    assert rows.state.ids == [rows.history.row(0)]
    draft.keep(rows.history)
    return ids, draft.pace


def counting(ids):
    """Never come back to three ids that were there, so that the text itself tells nothing."""
    return 2 + (ids[-1] * 7 + len(ids) // 3 + 5) % 37


def often_right(ids):
    return counting(ids) if len(ids) % 5 else 3


def plainly(rule, prompt, count):
    ids = list(prompt)
    while len(ids) < len(prompt) + count:
        ids.append(rule(ids))
    return ids[len(prompt) :]


def test_good_guesses_save_passes_and_change_nothing():
    clock = Clock()
    target, helper = Ruled(counting, clock), Ruled(counting, clock, 0.05)
    ids, pace = written(target, helper, [20, 21], 300)
    assert ids == plainly(counting, [20, 21], 300)
    assert target.passes < 300 / 5
    assert clock.time < 300 / 3
    assert pace.right == pace.guessed


def test_guesses_that_are_wrong_at_times_change_nothing():
    clock = Clock()
    target, helper = Ruled(counting, clock), Ruled(often_right, clock, 0.05)
    ids, pace = written(target, helper, [20, 21], 300)
    assert ids == plainly(counting, [20, 21], 300)
    assert target.passes < 200
    assert 0 < pace.right < pace.guessed


def test_a_draft_model_that_does_not_pay_costs_little():
    clock = Clock()
    target, helper = Ruled(counting, clock), Ruled(around, clock, 0.2)
    ids, _ = written(target, helper, [20, 21], 400)
    assert ids == plainly(counting, [20, 21], 400)
    assert clock.time < 400 * 1.05


def test_a_draft_model_as_slow_as_the_other_is_left_out():
    clock = Clock()
    target, helper = Ruled(counting, clock), Ruled(counting, clock, 1.0)
    written(target, helper, [20, 21], 400)
    assert helper.passes < 40


@pytest.mark.parametrize("steps", range(1, 40, 3))
def test_a_search_that_is_closed_leaves_states_that_hold_its_text(steps):
    target, helper = Ruled(counting), Ruled(often_right, cost=0.05)
    helper.clock = target.clock
    rows, model = rows_of(target, [20, 21]), alone(helper)
    draft = Draft(model, Pace(target.clock), rows_of(helper, [20, 21]))
    search = sample(rows, Sampler(GREEDY, [0]), 100, draft)
    for _ in range(steps):
        next(search)
    search.close()
    draft.keep(rows.history)
    history = rows.history.row(0)
    assert rows.state.ids == [history]
    state, known, _ = model.prefixes.take([*history, 30])
    assert state.ids == [history[:known]]
    assert 2 <= known <= len(history)


def test_a_stop_while_the_prompt_is_read_leaves_the_draft_model_what_it_read():
    model, prompt = eagerly(tiny("llama"), tiny("llama")), [20 + place % 7 for place in range(300)]
    steps = generate_tokens(model, [prompt], GREEDY)
    for _ in range(3):  # two parts of it by the draft model, then one by the other
        next(steps)
    steps.close()
    assert model.draft is not None
    assert model.draft.model.prefixes.take(prompt)[1] == len(prompt)
    assert model.prefixes.take(prompt)[1] == 256


def test_the_draft_models_context_is_not_read_past():
    clock = Clock()
    target, helper = Ruled(counting, clock), Ruled(counting, clock, 0.05)
    helper.context_length = 40
    ids, _ = written(target, helper, [20, 21], 100)
    assert ids == plainly(counting, [20, 21], 100)
    assert helper.read < 60


@pytest.mark.parametrize("size", [30, 50])
def test_a_vocabulary_that_is_rounded_up_differently_is_no_matter(size):
    clock = Clock()
    target = Ruled(around, clock)
    helper = Ruled(around, clock, 0.05, size)
    rows = rows_of(target, [12])
    draft = Draft(alone(helper), Pace(clock), rows_of(helper, [12]))
    ids = [token for step in sample(rows, Sampler(GREEDY, [0]), 9, draft) for _, (token,) in step.ids]
    assert ids == plainly(around, [12], 9)


TABLE = torch.tensor([[0.6, 0.3, 0.1], [0.1, 0.1, 0.8], [0.4, 0.4, 0.2]])
GUESSED = torch.tensor([[0.2, 0.5, 0.3], [0.6, 0.2, 0.2], [0.4, 0.1, 0.5]])
OFFSET = 2  # 1 would end the text


def ruled_by(table):
    def logits(ids):
        found = torch.full((5,), -torch.inf)
        found[OFFSET:] = table[ids[-1] - OFFSET].log()
        return found

    return Ruled(logits, size=5)


def statistic(count):
    """Return chi-square of the first four ids of `count` texts, of which 81 there can be, against the model's."""
    found = Counter()
    for seed in range(count):
        target, helper = ruled_by(TABLE), ruled_by(GUESSED)
        ids, _ = written(target, helper, [OFFSET], 4, SamplingParams(), seed, Eager(2))
        found[tuple(ids)] += 1
    total = 0.0
    for text in product(range(3), repeat=4):
        chance = 1.0
        for before, after in zip((0, *text), text, strict=False):
            chance *= float(TABLE[before, after])
        total += (found[tuple(token + OFFSET for token in text)] - count * chance) ** 2 / (count * chance)
    return total


def test_whole_texts_have_the_distribution_of_the_larger_model():
    assert statistic(3000) < 125  # chi-square of 80 degrees of freedom passes it once in a thousand


def test_the_test_of_the_distribution_finds_guesses_that_are_simply_believed(monkeypatch):
    monkeypatch.setattr(ahead, "verified", lambda guess, *_: torch.tensor([guess.token]))
    assert statistic(1000) > 250


@pytest.mark.parametrize("helper", ["llama", "mistral", "gpt2"])
@pytest.mark.parametrize("kind", ["llama", "qwen3", "gpt2"])
def test_greedy_text_equals_that_without_a_draft_model(kind, helper):
    model = tiny(kind)
    prompt = inputs(model, kind, 1)[0]
    params = replace(GREEDY, max_new_tokens=60)
    expected = token_texts(replace(model, prefixes=PrefixCache()), [prompt], params)
    paired = eagerly(model, tiny(helper))
    assert token_texts(paired, [prompt], params) == expected
    assert paired.draft.pace.guessed > 0
    assert token_texts(paired, [prompt], params) == expected  # now from what was kept


@pytest.mark.parametrize(
    "settings",
    [
        {"temperature": 0.8, "min_p": 0.05, "dry_multiplier": 0.8, "repetition_penalty": 1.2},
        {"xtc_probability": 0.5, "top_k": 40},
        {"mirostat_tau": 4.0},
    ],
)
def test_a_model_that_drafts_for_itself_is_always_right_under_every_setting(settings):
    paired = eagerly(tiny("llama"), tiny("llama"))
    token_texts(paired, inputs(paired, "llama", 1), SamplingParams(max_new_tokens=40, seed=3, **settings))
    assert paired.draft.pace.right >= 0.95 * paired.draft.pace.guessed
    assert bool(paired.draft.pace.guessed) == ("mirostat_tau" not in settings)


def test_several_variants_go_without():
    paired = eagerly(tiny("llama"), tiny("llama"))
    token_texts(paired, inputs(paired, "llama", 1), SamplingParams(max_new_tokens=20, seed=3), variants=3)
    assert paired.draft.pace.guessed == 0


def test_reading_the_prompt_can_be_stopped_between_its_chunks():
    paired = eagerly(tiny("llama"), tiny("mistral"))
    steps = generate_tokens(paired, [[5] * 600], replace(GREEDY, max_new_tokens=3))
    kinds = [isinstance(step, Step) for step in steps]
    assert kinds == [False] * 6 + [True] * 3
