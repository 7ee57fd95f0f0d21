import pytest
import torch
from transformers import AutoModelForSeq2SeqLM

from engine.alignment import align, merge, sentence_links, words
from engine.device import choose_device
from engine.errors import InputError, ModelError
from engine.events import Alignment, Finished, Progress, from_json, to_json
from engine.models.loaded import LoadedModel, load_model
from engine.models.seq2seq import RecurrentSeq2Seq, RecurrentSeq2SeqDecoder, Seq2SeqShape
from engine.modes import Mode, Request
from engine.paths import assets_dir
from engine.session import Session
from engine.tokenizer import TextTokenizer
from engine.translation_pair import TranslationPair
from tests.engine.tagged_models import TAGGED_KINDS, tagged
from tests.engine.tiny_loaded import CPU, tiny, tiny_folder, value_of

TEXT = "Tom bought a red umbrella.\nMary is sleeping. The house is old."
OTHER = "Tom kaufte einen roten Regenschirm.\nMary schläft. Das Haus ist alt."


def recurrent(**changes):
    torch.manual_seed(1)
    folder = tiny_folder("marian")
    tokenizer = TextTokenizer(folder)
    shape = Seq2SeqShape(tokenizer.size, 8, 6, 1, **changes)
    decoder = RecurrentSeq2SeqDecoder(RecurrentSeq2Seq(shape).eval(), torch.device("cpu"))
    return LoadedModel("recurrent", folder, decoder, tokenizer, None, CPU)


def test_weights_of_words_worked_by_hand():
    weights = torch.tensor([[0.1, 0.3, 0.2, 0.4], [0.5, 0.1, 0.0, 0.4]])
    # Two target tokens make one word; the fourth source token, the end, belongs to none.
    merged = merge(weights, [[0, 1]], [[0, 1], [2]])
    # sums: (0.4, 0.2) and (0.6, 0.0); mean (0.5, 0.1); of 0.6 in all
    torch.testing.assert_close(merged, torch.tensor([[5 / 6, 1 / 6]]))
    assert merge(weights, [], [[0]]).shape == (0, 1)


def test_tokens_become_words():
    text = "Regenschirm, e\u0301t\u00e9 3.5 \U0001f600 \u4eca\u5929\u5f88\u597d"
    spans = [(0, 5), (5, 11), (11, 12), (12, 15), (15, 17), (17, 19), (19, 20), (20, 21), (22, 23), (22, 23)]
    spans += [(23, 26), (26, 28), (0, 0)]
    found = [(text[start:end], places) for (start, end), places in words(text, spans)]
    assert found[0] == ("Regenschirm", [0, 1])
    assert found[1] == (",", [2])
    assert found[-3] == ("\U0001f600", [8, 9]), "the bytes of one character"
    assert [word for word, _ in found[-2:]] == ["\u4eca\u5929", "\u5f88\u597d"], "Chinese tokens are words"


@pytest.mark.parametrize("kind", ["recurrent", "marian", "bart", "t5"])
def test_any_attending_model_aligns_every_sentence(kind):
    model = recurrent() if kind == "recurrent" else tiny(kind)
    events = list(align(model, TEXT, OTHER, "en", "de"))
    alignments = [event for event in events if isinstance(event, Alignment)]
    assert events[-1] == Progress(3, 3, "sentences")
    assert len(alignments) == 3
    for alignment, line in zip(alignments, ("Tom", "Mary", "The"), strict=True):
        begin = TEXT.index(line)
        assert alignment.links
        for start, end, other_start, other_end, weight in alignment.links:
            assert begin <= start < end <= len(TEXT)
            assert TEXT[start:end].strip() == TEXT[start:end]
            assert OTHER[other_start:other_end].strip() == OTHER[other_start:other_end] != ""
            assert 0.1 <= weight <= 1.0
        assert from_json(to_json(alignment)) == alignment


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_translator_with_tags_is_asked_as_for_a_translation(kind):
    model = tagged(kind)
    text, other = "Where is the station?", "Wo ist der Bahnhof?"
    links = {
        target: sentence_links(model, TranslationPair(model, "en", target), text, other) for target in ("de", "zh")
    }
    assert links["de"] != links["zh"], "the tag that it begins with is read"
    pair = TranslationPair(model, "en", "de")
    ids, written = pair.source(text), model.tokenizer.encode(other)
    reference = AutoModelForSeq2SeqLM.from_pretrained(model.folder, attn_implementation="eager").eval()
    begun = torch.tensor([[*pair.beginning, *written[:-1]]])
    with torch.inference_mode():
        seen = reference(input_ids=torch.tensor([ids]), decoder_input_ids=begun, output_attentions=True)
    weights = torch.cat(seen.cross_attentions).mean(dim=(0, 1))[1:]
    spans = model.tokenizer.spans(other)[1]
    rows, columns = words(other, spans), words(text, pair.source_spans(text)[1])
    expected = merge(weights, [places for _, places in rows], [places for _, places in columns])
    found = {(link[:2], link[2:4]): link[4] for link in links["de"]}
    for row, (other_span, _) in enumerate(rows):
        for column, (span, _) in enumerate(columns):
            weight = float(expected[row, column])
            assert found.get((span, other_span), 0.0) == pytest.approx(weight if weight >= 0.1 else 0.0, abs=1e-4)


def test_sentences_that_do_not_match_are_aligned_by_the_line():
    events = align(tiny("marian"), "One. Two. Three.", "Eins, zwei und drei.", "en", "de")
    assert sum(isinstance(event, Alignment) for event in events) == 1


def test_closing_it_stops_it():
    events = align(tiny("marian"), TEXT, OTHER, "en", "de")
    assert isinstance(next(events), Alignment)
    events.close()
    assert list(events) == []


def test_a_model_is_left_as_it_was():
    model = tiny("marian")
    ids = torch.tensor([[5, 6, 2]])
    before = model.decoder.step(torch.tensor([0]), model.decoder.encode(ids, ids > 0))[0]
    sentence_links(model, TranslationPair(model, "en", "de"), "A house.", "Ein Haus.")
    after = model.decoder.step(torch.tensor([0]), model.decoder.encode(ids, ids > 0))[0]
    assert torch.equal(before, after)


def test_what_cannot_be_aligned_is_a_sentence_and_what_is_too_long_nothing():
    with pytest.raises(InputError, match="empty"):
        next(align(tiny("marian"), "A house.", " \n", "en", "de"))
    with pytest.raises(ModelError, match="no attention"):
        next(align(recurrent(attention="none"), "A house.", "Ein Haus.", "en", "de"))
    with pytest.raises(ModelError, match="no attention"):
        next(align(tiny("llama"), "A house.", "Ein Haus.", "en", "de"))
    model = recurrent(context=8)
    assert sentence_links(model, TranslationPair(model, "en", "de"), "many words and no end", "ein Haus") == []


def test_the_embedded_translator_knows_its_words():
    model = value_of(load_model(assets_dir() / "models" / "translate", choose_device("cpu")))
    text, other = "Tom bought a red umbrella.", "Tom kaufte einen roten Regenschirm."
    pair = TranslationPair(model, "en", "de")
    best: dict[str, tuple[float, str]] = {}
    for start, end, other_start, other_end, weight in sentence_links(model, pair, text, other):
        word = other[other_start:other_end]
        best[word] = max(best.get(word, (0.0, "")), (weight, text[start:end]))
    expected = {"kaufte": "bought", "roten": "red", "Regenschirm": "umbrella"}
    assert {word: best[word][1] for word in expected} == expected


def test_a_session_aligns(tmp_path):
    request = Request(Mode.ALIGN, "A house.", source_language="en", target_language="de", other="Ein Haus.")
    assert Request.from_json(request.to_json()) == request
    session = Session("cpu", tiny_folder("marian").parent)
    events = list(session.run(request))
    assert any(isinstance(event, Alignment) for event in events)
    assert events[-1] == Finished()
