from functools import cache

import pytest
import torch
from huggingface_hub.hf_api import ModelInfo
from tokenizers import AddedToken
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer, T5Config, T5ForConditionalGeneration, T5Tokenizer

from engine.card import ModelCard
from engine.errors import ModelError
from engine.hub.answers import repository_of
from engine.hub.cards import write_hub_card
from engine.hub.curated import curated_models
from engine.models.loaded import load_model
from engine.params import SamplingParams
from engine.translation_pair import TranslationPair, check_pair
from tests.engine.scripted_models import copying_translator
from tests.engine.tagged_models import TAGGED_KINDS, TAGS, tagged, tagged_folder, trimmed
from tests.engine.tiny_loaded import CPU, tiny, token_texts, value_of
from tests.engine.tiny_models import SENTENCES

MANY_ENDS = frozenset({2, *range(20, 60)})  # so that texts end at different steps
MADLAD_TAGS = ("<2en>", "<2de>", "<2fr>", "<2zh>")
SETTINGS = {
    "greedy": {"temperature": 0.0},
    "beams": {"beams": 4},
    "long": {"beams": 4, "length_penalty": 2.0, "early_stopping": True},
    "short": {"beams": 3, "length_penalty": -0.5},
    "penalties": {"beams": 4, "repetition_penalty": 1.3, "no_repeat_ngram": 3},
}


@cache
def reference_model(kind):
    return AutoModelForSeq2SeqLM.from_pretrained(tagged_folder(kind), dtype=torch.float32).eval()


def written_by_transformers(kind, sources, target_id, params, ends):
    """Return the ids after the tag, and the scores of beam search."""
    width = max(map(len, sources))
    output = reference_model(kind).generate(
        input_ids=torch.tensor([[*ids, *[1] * (width - len(ids))] for ids in sources]),
        attention_mask=torch.tensor([[1] * len(ids) + [0] * (width - len(ids)) for ids in sources]),
        forced_bos_token_id=target_id,
        max_new_tokens=params.max_new_tokens + 1,  # the tag is one of them
        do_sample=False,
        top_k=0,
        num_beams=params.beams,
        length_penalty=params.length_penalty,
        early_stopping=params.early_stopping,
        repetition_penalty=params.repetition_penalty,
        no_repeat_ngram_size=params.no_repeat_ngram,
        eos_token_id=sorted(ends),
        return_dict_in_generate=True,
        output_scores=True,
    )
    rows = output.sequences.tolist()
    assert {tuple(row[:2]) for row in rows} == {(2, target_id)}
    found = [row[2:] for row in rows]
    cut = [row[: next((place for place, token in enumerate(row) if token in ends), len(row))] for row in found]
    return cut, output.sequences_scores.tolist() if params.beams > 1 else []


@pytest.mark.parametrize("kind", ["nllb", "mbart50"])
@pytest.mark.parametrize("source", ["en", "de", "zh"])
def test_a_source_is_what_transformers_makes_of_it(kind, source):
    reference = AutoTokenizer.from_pretrained(tagged_folder(kind), src_lang=TAGS[kind][source])
    pair = TranslationPair(tagged(kind), source, "fr")
    for sentence in [*SENTENCES, "", " two  spaces "]:
        assert pair.source(sentence) == reference(sentence).input_ids


def test_a_source_of_m2m100_is_its_tag_the_text_and_the_end():
    model = tagged("m2m100")
    ids = TranslationPair(model, "de", "fr").source("Wo ist der Bahnhof?")
    assert ids == [model.tokenizer.token_id("__de__"), *model.tokenizer.encode("Wo ist der Bahnhof?"), 2]


@pytest.mark.parametrize("kind", ["nllb", "m2m100"])  # mBART's pieces, among which tags are too, match them in texts
def test_tags_in_a_text_are_text(kind):
    model = tagged(kind)
    tag = TAGS[kind]["zh"]
    ids, spans = TranslationPair(model, "en", "de").source_spans(f"{tag} here.</s>")
    assert ids.count(2) == 1
    assert model.tokenizer.token_id(tag) not in ids
    assert spans[0] == spans[-1] == (0, 0)
    assert max(end for _, end in spans) == len(f"{tag} here.</s>")


@pytest.mark.parametrize("count", [1, 5])
@pytest.mark.parametrize("name", list(SETTINGS))
@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_translations_equal_those_of_transformers_for_one_target_after_the_other(kind, name, count, monkeypatch):
    model = tagged(kind)
    monkeypatch.setattr(model.decoder, "end_ids", MANY_ENDS)
    params = SamplingParams(max_new_tokens=25, **SETTINGS[name])
    texts = []
    for target in ("de", "zh", "fr", "de"):
        pair = TranslationPair(model, "en", target)
        sources = [pair.source(sentence) for sentence in SENTENCES[:count]]
        expected, scores = written_by_transformers(kind, sources, pair.beginning[1], params, MANY_ENDS)
        found, endings = token_texts(model, [pair.beginning] * count, params, sources=sources)
        assert found == expected
        if scores:
            assert [ending.score for ending in endings] == pytest.approx(scores, abs=1e-4)
        texts.append(found)
    assert texts[0] == texts[3]
    assert not texts[0] == texts[1] == texts[2]


@pytest.fixture(scope="module", params=["among the pieces", "added"])
def madlad(request, tmp_path_factory):
    """Return a tiny T5 that is asked as MADLAD is, wherever its tokenizer keeps the tags."""
    folder = tmp_path_factory.mktemp("madlad")
    added = request.param == "added"
    letters = sorted({letter for text in SENTENCES[:3] for letter in text if not letter.isspace()})
    words = sorted({f"\u2581{word}" for text in SENTENCES[:3] for word in text.split()})
    tags = [] if added else [(tag, 0.0) for tag in MADLAD_TAGS]
    pieces = [("<unk>", 0.0), ("<s>", 0.0), ("</s>", 0.0), *tags, ("\u2581", -6.0), *((word, -4.0) for word in words)]
    tokenizer = T5Tokenizer(vocab=[*pieces, *((letter, -8.0) for letter in letters)], extra_ids=0, pad_token="<s>")
    if added:
        tokenizer.add_tokens([AddedToken(tag, special=True, normalized=False) for tag in MADLAD_TAGS], True)
    tokenizer.save_pretrained(folder)
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=32,
        d_kv=8,
        d_ff=64,
        num_layers=2,
        num_heads=4,
        feed_forward_proj="gated-gelu",
        tie_word_embeddings=False,
        decoder_start_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(7)
        model = T5ForConditionalGeneration(config).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "Attention" in name:  # else the residual stream drowns the words read
                weight.mul_(4)
    model.save_pretrained(folder)
    repo = "google/madlad400-3b-mt"
    known = next(model for model in curated_models() if model.repo == repo)
    write_hub_card(folder, repository_of(ModelInfo(id=repo), "c0ffee"), known)
    return value_of(load_model(folder, CPU))


@pytest.mark.parametrize("beams", [1, 4])
def test_madlad_is_asked_by_a_tag_in_the_text(madlad, beams):
    assert madlad.tags is None
    reference = T5ForConditionalGeneration.from_pretrained(madlad.folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(madlad.folder)
    found = {}
    for target in ("de", "fr"):
        pair = TranslationPair(madlad, "en", target)
        sources = [pair.source(sentence) for sentence in SENTENCES[:2]]
        batch = tokenizer([f"<2{target}> {sentence}" for sentence in SENTENCES[:2]], return_tensors="pt", padding=True)
        read = zip(batch.input_ids.tolist(), batch.attention_mask.sum(1).tolist(), strict=True)
        assert sources == [ids[:length] for ids, length in read]
        rows = reference.generate(**batch, num_beams=beams, max_new_tokens=12, do_sample=False, top_k=0)
        expected = [row[: row.index(2)] if 2 in row else row for row in rows[:, 1:].tolist()]
        params = SamplingParams(temperature=0.0, beams=beams, max_new_tokens=12)
        found[target], _ = token_texts(madlad, [pair.beginning] * 2, params, sources=sources)
        assert found[target] == expected
    assert found["de"] != found["fr"]


def test_a_card_says_how_other_models_are_asked():
    card = ModelCard("t", ("translate",), prompts={"translate": ">>{target}<< {text}"})
    marian = tiny("marian")
    model = type(marian)("m", marian.folder, marian.decoder, marian.tokenizer, card, CPU)
    pair = TranslationPair(model, "en", "de")
    assert pair.beginning == marian.decoder.start_ids
    assert pair.source("Hello.") == marian.tokenizer.encode_source("Hello.", ">>de<< ")
    assert TranslationPair(marian, "en", "de").source("Hello.") == marian.tokenizer.encode_source("Hello.")


@pytest.mark.parametrize("languages", [("en", "fr"), ("en-fr", "fr-en")])
def test_unknown_pair_says_what_there_is(languages, tmp_path):
    model = copying_translator(tmp_path, ModelCard("t", ("translate",), languages))
    check_pair(model, "en", "fr")
    with pytest.raises(ModelError, match=r"English into German; it knows .*English.*French"):
        check_pair(model, "en", "de")


@pytest.mark.parametrize("card", [None, ModelCard("t", ("translate",), ("en", "de", "fr", "es", "zh"))])
def test_a_tag_that_is_missing_is_a_sentence_that_names_what_there_is(card, tmp_path):
    folder = trimmed("nllb", tmp_path / "half", "en", "fr")
    loaded = value_of(load_model(folder, CPU))
    model = type(loaded)("half", folder, loaded.decoder, loaded.tokenizer, card, CPU, loaded.tags)
    assert TranslationPair(model, "en", "fr").beginning == (2, model.tokenizer.token_id("fra_Latn"))
    expected = "The model half cannot translate English into German; it knows English, French: choose another model or"
    with pytest.raises(ModelError, match=expected):
        TranslationPair(model, "en", "de")
