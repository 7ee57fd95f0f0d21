"""The embedded models as a writer meets them: whole, licensed, loadable elsewhere, and right on plain sentences."""

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoModelForSeq2SeqLM, AutoTokenizer

from engine.card import read_card
from engine.catalog import check_files, find_model, list_models
from engine.events import KeySentence, TextChunk, VariantFinished
from engine.modes import Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.presets import load_presets
from engine.session import Session

TRANSFORMERS = ("story-en", "summary-en", "translate")
STARTERS = (*TRANSFORMERS, "vary-en")
MEGABYTE = 1_000_000

# What must occur in the translation, in lower case; any of the alternatives will do.
SENTENCES = {
    ("en", "de", "The weather is nice today."): ("wetter",),
    ("en", "de", "Where is the station?"): ("bahnhof", "station"),
    ("en", "fr", "The weather is nice today."): ("beau", "temps"),
    ("en", "fr", "Where is the station?"): ("gare", "station"),
    ("en", "es", "The weather is nice today."): ("tiempo", "clima"),
    ("en", "es", "Where is the station?"): ("estación",),
    ("en", "zh", "The weather is nice today."): ("天气",),
    ("en", "zh", "Where is the station?"): ("车站",),
    ("de", "en", "Das Wetter ist heute schön."): ("weather",),
    ("de", "en", "Wo ist der Bahnhof?"): ("station",),
    ("fr", "en", "Il fait beau aujourd'hui."): ("weather", "nice", "beautiful", "fine"),
    ("fr", "en", "Où est la gare ?"): ("station",),
    ("es", "en", "Hoy hace buen tiempo."): ("weather", "nice", "beautiful", "fine"),
    ("es", "en", "¿Dónde está la estación?"): ("station",),
    ("zh", "en", "今天天气很好。"): ("weather", "nice", "beautiful", "fine"),
    ("zh", "en", "车站在哪里？"): ("station",),
}


@pytest.fixture(scope="module")
def session():
    return Session(device="cpu")


def text_of(events, variant=0):
    return "".join(event.text for event in events if isinstance(event, TextChunk) and event.variant == variant)


@pytest.mark.parametrize("name", STARTERS)
def test_each_is_whole_small_and_says_what_it_was_made_of(name):
    folder = assets_dir() / "models" / name
    check_files(folder)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 40 * MEGABYTE
    card = read_card(folder)
    assert card.licence
    assert card.strength
    assert all(heading in card.body for heading in ("## Data", "## Limits", "## Scores"))
    assert name in {entry.id for entry in list_models()}


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_transformers_loads_it_unchanged(name):
    folder = assets_dir() / "models" / name
    kind = AutoModelForCausalLM if name.startswith("story") else AutoModelForSeq2SeqLM
    model, report = kind.from_pretrained(folder, output_loading_info=True)
    assert not report["missing_keys"]
    assert not report["unexpected_keys"]
    tokenizer = AutoTokenizer.from_pretrained(folder)
    ids = tokenizer("Once upon a time", return_tensors="pt").input_ids
    written = model.generate(ids, max_new_tokens=5, min_new_tokens=5, do_sample=False, num_beams=1)
    assert torch.is_tensor(written)
    assert tokenizer.decode(written[0], skip_special_tokens=True).strip()


@pytest.mark.parametrize(("source", "target", "sentence"), SENTENCES, ids=str)
def test_plain_sentences_come_out_right_in_every_direction(session, source, target, sentence):
    request = Request(
        Mode.TRANSLATE,
        sentence,
        params=load_presets(Mode.TRANSLATE)["translation"].params,
        source_language=source,
        target_language=target,
    )
    translated = text_of(session.run(request)).lower()
    assert any(word in translated for word in SENTENCES[source, target, sentence]), translated


def test_the_story_goes_on_readably_and_the_same_for_the_same_seed(session):
    params = SamplingParams.from_dict({"temperature": 0.9, "min_p": 0.05, "max_new_tokens": 60, "seed": 1})
    request = Request(Mode.WRITE, "Once upon a time there was an old king who", params=params, variants=3)
    first, second = list(session.run(request)), list(session.run(request))
    texts = [text_of(first, variant) for variant in range(3)]
    assert texts == [text_of(second, variant) for variant in range(3)]
    assert len(set(texts)) == 3
    assert {event.variant: event.seed for event in first if isinstance(event, VariantFinished)} == {0: 1, 1: 2, 2: 3}
    for text in texts:
        words = text.split()
        assert len(words) > 20
        assert len(set(words)) > len(words) / 3, "no loops"
        assert text.startswith(" "), "the prompt's last word is complete, a new one follows"


def test_a_headline_is_shorter_than_its_text_and_about_it(session):
    abstract = (
        "We present a method for training small neural networks on the sensors of bees. "
        "Our experiments show that small neural networks need ten times less energy than large ones. "
        "The method is simple, robust, and works without any labelled data."
    )
    request = Request(
        Mode.SUMMARISE, abstract, params=load_presets(Mode.SUMMARISE)["summary"].params, style=SummaryStyle.HEADLINE
    )
    headline = text_of(session.run(request))
    assert 2 <= len(headline.split()) <= 20
    assert any(word in headline.lower() for word in ("network", "neural", "bee", "sensor", "energy", "training"))


def test_a_sentence_comes_back_in_other_words_that_share_some_of_its_own(session):
    sentence = "The weather is nice today."
    events = list(session.run(Request(Mode.VARY, sentence, params=SamplingParams(seed=1), variants=5)))
    wordings = [text_of(events, variant) for variant in range(5)]
    assert len({*wordings, sentence}) == 6
    assert all(wording[-1] in ".!?" for wording in wordings)
    assert sum("weather" in wording for wording in wordings) >= 3


def test_key_sentences_need_no_model(session):
    text = (
        "The king was old. The king lived by the sea. His ships sailed far. Nobody knew the sea better than the king."
    )
    found = [
        event for event in session.run(Request(Mode.SUMMARISE, text, sentences=2)) if isinstance(event, KeySentence)
    ]
    assert [text[event.start : event.end] for event in found] == [event.text for event in found]
    assert len(found) == 2


def test_each_mode_finds_its_model_without_being_told():
    assert find_model("", Mode.WRITE).id == "story-en"
    assert find_model("", Mode.TRANSLATE, "zh").id == "translate"
    assert find_model("", Mode.SUMMARISE, "en").id == "summary-en"
    assert find_model("", Mode.VARY, "en").id == "vary-en"
