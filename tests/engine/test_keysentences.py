import subprocess
import sys
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.errors import InputError
from engine.events import KeySentence, Progress
from engine.keysentences import _page_rank_step, _terms, _tf_idf, key_sentences
from tests.engine.article import ARTICLE

CHINESE = (
    "光合作用是植物利用光能制造糖的过程。植物吸收二氧化碳和水进行光合作用。我姑姑喜欢喝茶和看电影。"
    "光给植物提供光合作用的能量。街角的商店星期一没有开门。"
)


def chosen(text, count, language="en"):
    return [event for event in key_sentences(text, count, language) if isinstance(event, KeySentence)]


@pytest.mark.parametrize(
    ("text", "language", "strangers"), [(ARTICLE, "en", ("aunt", "shop")), (CHINESE, "zh", ("姑姑", "商店"))]
)
def test_central_sentences_are_chosen_and_strangers_are_not(text, language, strangers):
    found = chosen(text, 3, language)
    assert len(found) == 3
    assert not any(stranger in sentence.text for sentence in found for stranger in strangers)
    assert max(sentence.score for sentence in found) == 1


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["a", "sentence", "lamp", "山", "水", ".", "。", "\n\n", "!", "...", "12"]), max_size=60)
)
def test_places_are_exact_and_in_order_for_any_text(pieces):
    text = " ".join(pieces)
    try:
        found = chosen(text, 4)
    except InputError:
        assert not any(piece.isalnum() for piece in pieces)
        return
    assert 1 <= len(found) <= 4
    assert [text[sentence.start : sentence.end] for sentence in found] == [sentence.text for sentence in found]
    assert [sentence.start for sentence in found] == sorted({sentence.start for sentence in found})


def test_repeated_sentence_is_chosen_once():
    text = " ".join(
        ["Plants make sugar from light and water."] * 5 + ["Tea is made from leaves of one plant.", "Cats sleep."]
    )
    texts = [sentence.text for sentence in chosen(text, 2)]
    assert len(set(texts)) == 2


def test_ranks_equal_page_rank_on_the_dense_graph():
    terms = [_terms(sentence.text) for sentence in chosen(ARTICLE, 100)]
    matrix = _tf_idf([*terms, ["alone"]])
    dense = np.zeros(matrix.shape)
    dense[matrix.rows, matrix.columns] = matrix.values
    graph = dense @ dense.T
    np.fill_diagonal(graph, 0)
    degree = graph.sum(axis=1)
    size = len(degree)
    walk = np.where(degree[:, None] > 0, graph / np.maximum(degree[:, None], 1e-9), 1 / size)
    expected = np.linalg.solve(np.eye(size) - 0.85 * walk.T, np.full(size, 0.15 / size))
    ranks = np.full(size, 1 / size)
    for _ in range(200):
        ranks = _page_rank_step(matrix, ranks)
    np.testing.assert_allclose(ranks, expected, atol=1e-9)
    assert ranks.sum() == pytest.approx(1)


def test_long_text_is_quick_and_reports_progress():
    random = np.random.default_rng(0)
    words = np.array([f"w{number}" for number in range(8000)])
    sentences = [" ".join(words[(random.pareto(1, 14) * 5).astype(int) % 8000]).capitalize() + "." for _ in range(8500)]
    text = " ".join(sentences)
    assert len(text) > 300_000
    start = time.process_time()
    events = list(key_sentences(text, 10))
    assert time.process_time() - start < 5
    assert sum(isinstance(event, Progress) for event in events) > 10
    assert sum(isinstance(event, KeySentence) for event in events) == 10


def test_text_without_words_is_said():
    with pytest.raises(InputError, match="no words"):
        list(key_sentences(" … \n", 3))


def test_torch_is_not_needed():
    code = "import sys, engine.keysentences; print('torch' in sys.modules or 'transformers' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
