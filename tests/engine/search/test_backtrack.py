import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.detokenizer import Detokenizer
from engine.events import TextChunk
from engine.generate import generate, generate_text
from engine.params import SamplingParams
from engine.phrases import Phrases
from engine.search.backtrack import Draft
from tests.engine.reference import inputs
from tests.engine.tiny_loaded import tiny


def params_of(**changes):
    return SamplingParams(**({"temperature": 0, "max_new_tokens": 60} | changes))


def parts(text, length):
    """Return pieces of `text` that a phrase list can forbid."""
    places = [text[start : start + length] for start in range(5, len(text) - length, 3)]
    return tuple(place for place in places if "\ufffd" not in place)[:5]


@pytest.mark.parametrize("kind", ["llama", "gpt2", "marian", "bart"])
@pytest.mark.parametrize("length", [1, 2, 4])
def test_banned_phrases_never_appear(kind, length):
    model = tiny(kind)
    texts = inputs(model, kind, 1)
    arguments = ([], None, texts) if kind in ("marian", "bart") else (texts, None, None)
    plain = generate(model, arguments[0], params_of(), sources=arguments[2])[0]
    banned = parts(plain, length)
    assert banned
    found = generate(model, arguments[0], params_of(banned_phrases=banned), sources=arguments[2])[0]
    assert found
    assert not [phrase for phrase in banned if phrase.lower() in found.lower()]


def test_what_is_not_banned_is_written_as_ever():
    model = tiny("llama")
    prompt = inputs(model, "llama", 1)
    for params in (params_of(), params_of(temperature=1.0, seed=3)):
        plain = generate(model, prompt, params)
        kept = {"banned_phrases": ("no such phrase",), "temperature": params.temperature, "seed": params.seed}
        assert generate(model, prompt, params_of(**kept)) == plain


def test_text_before_a_banned_phrase_stays():
    model = tiny("gpt2")
    prompt = inputs(model, "gpt2", 1)
    plain = generate(model, prompt, params_of())[0]
    phrase = plain[20:26]
    found = generate(model, prompt, params_of(banned_phrases=(phrase,)))[0]
    # The first token of the phrase may have begun a few characters earlier.
    assert found[:12] == plain[:12]
    assert found != plain


def test_nothing_shown_is_taken_back():
    model = tiny("llama")
    prompt = inputs(model, "llama", 1)
    plain = generate(model, prompt, params_of())[0]
    params = params_of(banned_phrases=parts(plain, 5))
    shown = [event.text for event in generate_text(model, prompt, params) if isinstance(event, TextChunk)]
    assert len(shown) > 5
    assert "".join(shown) == generate(model, prompt, params)[0]


def test_variants_and_batches_draw_with_their_own_seeds():
    model = tiny("llama")
    prompts = inputs(model, "llama", 3)
    params = params_of(temperature=1.0, seed=7, max_new_tokens=20, banned_phrases=("e", "a"))
    variants = generate(model, prompts[:1], params, variants=3)
    assert len(set(variants)) == 3
    assert not [text for text in variants if set(text.lower()) & {"a", "e"}]
    second = params_of(temperature=1.0, seed=8, max_new_tokens=20, banned_phrases=("e", "a"))
    assert generate(model, prompts[:1], second) == variants[1:2]
    assert generate(model, prompts, params)[1] == generate(model, prompts[1:2], second)[0]


def test_stops_and_bans_together():
    model = tiny("gpt2")
    prompt = inputs(model, "gpt2", 1)
    without = generate(model, prompt, params_of(banned_phrases=("the",)))[0]
    stop = without[15:18]
    found = generate(model, prompt, params_of(banned_phrases=("the",), stop=(stop,)))[0]
    assert found == without.split(stop)[0]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.integers(8, 399), max_size=40),
    st.lists(st.text("abet ", min_size=1, max_size=3), min_size=1, max_size=3),
)
def test_a_draft_hands_out_everything_once_and_nothing_banned(tokens, banned):
    tokenizer = tiny("llama").tokenizer
    phrases = Phrases(banned, ignore_case=True)
    draft = Draft(Detokenizer(tokenizer), phrases)
    released, kept = [], []
    for token in tokens:
        place = draft.position + len(draft.held)
        if token in draft.forbidden.get(place, ()):
            continue
        draft.add(token)
        kept.append(token)
        kept = kept[: len(kept) - draft.strike()]
        released += draft.release()
        assert phrases.find(tokenizer.decode(released)) is None
    released += draft.release(everything=True)
    assert released == kept
    assert phrases.find(tokenizer.decode(released)) is None


def test_what_is_handed_out_cannot_become_the_beginning_of_a_phrase():
    tokenizer = tiny("llama").tokenizer
    z, n = tokenizer.encode("Z")[0], tokenizer.encode("n")[0]
    draft = Draft(Detokenizer(tokenizer), Phrases(["zn"], ignore_case=True))
    released: list[int] = []
    for token in (z, z):
        draft.add(token)
        released += draft.release()
    draft.add(n)
    assert draft.strike() == 2  # the second Z goes, and whatever comes instead meets the first
    draft.add(n)
    assert draft.strike() > 0
    assert released == []
