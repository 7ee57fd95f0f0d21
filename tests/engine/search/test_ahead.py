import numpy
import pytest

from engine.params import SamplingParams
from engine.sampling import Sampler
from engine.search.lookup import last_repeat
from engine.search.sample import sample
from tests.engine.reference import inputs
from tests.engine.search.ruled import Ruled, around, rows_of
from tests.engine.tiny_loaded import tiny, token_texts

GREEDY = SamplingParams(temperature=0)


def written(decoder, prompt, count):
    rows = rows_of(decoder, prompt)
    search = sample(rows, Sampler(GREEDY, [0]), count)
    ids = [token for step in search for _, tokens in step.ids for token in tokens]
    assert rows.state.length == len(rows.history.row(0))
    assert rows.state.ids[0] == [*prompt, *ids][: rows.state.length]
    return ids


def unlike(ids):
    """Use few ids, so that runs of them come back, and go on otherwise than the last time."""
    before = last_repeat(numpy.array(ids))
    return 10 + (ids[before] - 9 if before else len(ids)) % 3


def test_what_repeats_itself_is_read_in_few_passes():
    decoder = Ruled(around)
    ids = written(decoder, list(range(10, 22)) * 2, 200)
    assert ids == [10 + place % 12 for place in range(200)]
    assert decoder.passes < 200 / 6


def test_wrong_guesses_change_nothing_and_cease():
    decoder = Ruled(unlike)
    prompt = [20, 21, 22, 10]
    ids = written(decoder, prompt, 400)
    expected = list(prompt)
    while len(expected) < 404:
        expected.append(unlike(expected))
    assert ids == expected[4:]
    assert 400 < decoder.read < 400 * 1.2


@pytest.mark.parametrize("steps", range(1, 30, 4))
def test_a_search_that_is_closed_leaves_a_state_that_holds_its_text(steps):
    rows = rows_of(Ruled(around), list(range(10, 22)) * 2)
    search = sample(rows, Sampler(GREEDY, [0]), 100)
    for _ in range(steps):
        next(search)
    search.close()
    ids = rows.history.row(0)
    assert rows.state.length == len(ids)
    assert rows.state.ids == [ids]


def test_the_end_of_a_text_is_not_read_past():
    decoder = Ruled(lambda ids: 1 if len(ids) == 61 else around(ids))
    ids = written(decoder, list(range(10, 22)) * 2, 200)
    assert len(ids) == 61 - 24


def test_the_context_is_not_read_past(monkeypatch):
    decoder = Ruled(around)
    monkeypatch.setattr(decoder, "context_length", 40)
    rows = rows_of(decoder, list(range(10, 22)) * 2)
    longest = [rows.state.length for _ in sample(rows, Sampler(GREEDY, [0]), 17)]
    assert max(longest) <= 40


@pytest.mark.parametrize("settings", [{"temperature": 0}, {"seed": 3, "temperature": 0.6, "repetition_penalty": 1.2}])
@pytest.mark.parametrize("kind", ["llama", "gpt2"])
def test_guesses_do_not_change_the_text(kind, settings, monkeypatch):
    model = tiny(kind)
    prompt = inputs(model, kind, 1)[0] * 3
    params = SamplingParams(max_new_tokens=60, **settings)
    model.prefixes.clear()
    found, _ = token_texts(model, [prompt], params)
    monkeypatch.setattr("engine.search.lookup.last_repeat", lambda ids: 0)
    model.prefixes.clear()
    assert token_texts(model, [prompt], params)[0] == found


def test_a_decoder_that_scores_ids_which_must_not_be_written_is_read_step_by_step():
    decoder = Ruled(around)
    decoder.parallel = False
    written(decoder, list(range(10, 22)) * 2, 50)
    assert decoder.passes == decoder.read == 49
