import math

import pytest

from engine import evaluation
from engine.errors import InputError
from engine.events import Notice, Result
from engine.modes import Mode, Request
from engine.scorecard import score
from tests.engine.tiny_loaded import tiny
from tests.engine.tiny_models import SENTENCES

TEXT = "\n".join(SENTENCES)


def card(model, text, other=""):
    events = list(score(model, Request(Mode.SCORE, text, other=other)))
    (result,) = [event.values for event in events if isinstance(event, Result)]
    return result, [event.message for event in events if isinstance(event, Notice)]


def test_scores_against_a_reference_are_those_of_the_libraries_with_a_series_for_each_line():
    texts, references = ["the cat sat on the mat", "a b c d"], ["the cat sat on a mat", "a b c d"]
    values, notices = card(None, "\n".join(texts), "\n".join(references))
    assert not notices
    assert values["bleu"] == evaluation.bleu(texts, references)
    assert values["chrf"] == evaluation.chrf(texts, references)
    assert values["rouge1"] == pytest.approx((100 * 5 / 6 + 100) / 2)
    assert values["lines"] == 2
    assert [line["line"] for line in values["series"]] == [1, 2]
    assert values["series"][1] == {"line": 2, "chrf": pytest.approx(100), "rougeL": pytest.approx(100)}


def test_lines_that_are_blank_in_both_count_nowhere():
    values, notices = card(None, "the cat sat\n\n \na dog ran\n\n", "the cat sat\n\n\na dog ran\nhere")
    assert not notices
    assert [line["line"] for line in values["series"]] == [1, 4, 5]
    assert values["lines"] == 3
    assert values["rougeL"] == pytest.approx(200 / 3)


def test_other_numbers_of_lines_are_said_and_scored_as_one_passage():
    values, (notice,) = card(None, "the cat sat\non the mat", "the cat sat on the mat")
    assert "2 and 1" in notice
    assert values["lines"] == 1
    assert values["bleu"] == pytest.approx(100)


def test_chinese_is_scored_by_signs():
    values, _ = card(None, "今天天气很好。", "今天天气不好。")
    assert values["bleu"] == evaluation.bleu(["今天天气很好。"], ["今天天气不好。"], "zh")
    assert values["rouge1"] == pytest.approx(100 * 5 / 6)
    assert values["rouge2"] == pytest.approx(100 * 3 / 5)


def test_by_a_model_the_figures_are_those_of_the_perplexity_command():
    llama = tiny("llama")
    values, _ = card(llama, TEXT)
    assert values["perplexity"] == pytest.approx(evaluation.perplexity(llama, TEXT), rel=1e-4)
    assert values["bits_per_byte"] == pytest.approx(evaluation.bits_per_byte(llama, TEXT), rel=1e-4)
    bits = values["tokens"] * math.log2(values["perplexity"])
    assert values["bits_per_byte"] == pytest.approx(bits / len(TEXT.encode()))
    assert all(TEXT[each["start"] : each["end"]].strip() for each in values["series"])
    assert len(values["series"]) >= 5


@pytest.mark.parametrize(("text", "other", "sentence"), [(" ", "x", "no text"), ("x", "\n", "reference is empty")])
def test_nothing_to_score_has_its_sentence(text, other, sentence):
    with pytest.raises(InputError, match=sentence):
        list(score(None, Request(Mode.SCORE, text, other=other)))
