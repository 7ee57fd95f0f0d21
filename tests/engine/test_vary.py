import pytest

from engine.errors import InputError, ModelError
from engine.events import Notice, TextChunk, VariantFinished
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.session import Session
from engine.vary import blend, vary
from tests.engine.tiny_loaded import tiny
from tests.engine.toy_vae import SENTENCES, toy_folder, toy_model

FIRST, LAST = "the cat sees rain", "she hears the sea"


def varied(text=FIRST, variants=5, seed=1, **settings):
    request = Request(Mode.VARY, text, SamplingParams(seed=seed, **settings), variants=variants)
    return list(vary(toy_model(), request))


def blended(text=FIRST, other=LAST, variants=3, seed=1):
    request = Request(Mode.BLEND, text, SamplingParams(seed=seed), variants=variants, other=other)
    return list(blend(toy_model(), request))


def texts(events):
    return [event.text for event in events if isinstance(event, TextChunk)]


def notices(events):
    return [event.message for event in events if isinstance(event, Notice)]


@pytest.mark.parametrize("settings", [{}, {"beams": 3}])
def test_wordings_are_new_distinct_and_the_seed_fixes_them(settings):
    events = varied(**settings)
    found = texts(events)
    assert len(set(found)) == len(found) == 5
    assert all(found)
    assert FIRST not in found
    assert found == texts(varied(**settings))
    assert found != texts(varied(seed=2, **settings))
    finished = [event for event in events if isinstance(event, VariantFinished)]
    assert [(event.variant, event.reason) for event in finished] == [(number, "end") for number in range(5)]
    assert [event.tokens for event in finished] == [len(text.split()) for text in found]
    assert notices(events) == []


def test_wordings_are_sentences_of_the_language_and_the_closest_come_first():
    shared = [0] * 5
    for seed in range(6):
        for place, text in enumerate(texts(varied(seed=seed))):
            shared[place] += len(set(text.split()) & set(FIRST.split()))
    assert shared[0] > shared[4]


def test_steps_lead_from_the_one_sentence_to_the_other():
    found = texts(blended())
    assert len(set(found)) == len(found) == 3
    assert not {FIRST, LAST} & set(found)
    assert found == texts(blended())

    def nearness(text, sentence):
        return len(set(text.split()) & set(sentence.split()))

    assert nearness(found[0], FIRST) >= nearness(found[-1], FIRST)
    assert nearness(found[-1], LAST) >= nearness(found[0], LAST)
    assert nearness(found[0], FIRST) + nearness(found[-1], LAST) > 2


def test_session_serves_both():
    for mode in (Mode.VARY, Mode.BLEND):
        request = Request(mode, FIRST, SamplingParams(seed=1), str(toy_folder()), 2, other=LAST)
        assert len(texts(Session("cpu").run(request))) == 2


def test_sentence_of_other_words_is_said_to_be_strange():
    (notice,) = notices(varied("quantum flux capacitors oscillate"))
    assert "unlike those this model has learnt from" in notice


def test_of_several_sentences_the_first_is_taken_and_a_long_one_is_cut():
    assert notices(varied("the cat sees rain! She hears you."))[0].startswith("Only the first of 2 sentences")
    assert any("longer than this model" in notice for notice in notices(varied(" ".join(SENTENCES[:4]))))


def test_too_few_wordings_are_said_to_be_few():
    only = "the cat sees rain"  # blending a sentence with itself leads through few others
    events = blended(only, only, variants=5, seed=3)
    assert len(texts(events)) == 5 or any("different wordings" in notice for notice in notices(events))


@pytest.mark.parametrize("settings", [{}, {"beams": 3}])
def test_what_finds_no_end_is_no_wording(settings):
    events = varied(max_new_tokens=2, **settings)
    assert texts(events) == []
    assert notices(events) == ["The model found no different wordings of 5 asked for."]


def test_closing_stops_between_steps():
    events = vary(toy_model(), Request(Mode.VARY, FIRST, SamplingParams(seed=1), variants=5))
    next(events)
    events.close()
    assert list(events) == []


@pytest.mark.parametrize("text", ["", " \n "])
def test_nothing_to_vary_is_said(text):
    with pytest.raises(InputError, match="no sentence"):
        varied(text)
    with pytest.raises(InputError, match="no sentence"):
        blended(FIRST, text)


def test_other_models_cannot():
    with pytest.raises(ModelError, match="cannot vary"):
        list(vary(tiny("llama"), Request(Mode.VARY, FIRST, SamplingParams(seed=1))))
