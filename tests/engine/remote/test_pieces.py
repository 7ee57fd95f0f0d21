import json
import math

import pytest

from engine.remote.pieces import Complaint, Piece, ScoredToken, read_piece, read_scores, said


@pytest.mark.parametrize(
    ("choice", "piece"),
    [
        ({"delta": {"content": "Hi"}}, Piece("Hi")),
        ({"delta": {}, "finish_reason": "stop"}, Piece("", "stop")),
        ({"text": "Hi", "finish_reason": "length"}, Piece("Hi", "length")),
        ({"message": {"content": "Hi"}}, Piece("Hi")),
        ({"text": "Hi", "logprobs": {"token_logprobs": [None, -0.5]}}, Piece("Hi", "", (0.5,))),
        ({"delta": {"content": "Hi"}, "logprobs": {"content": [{"logprob": -0.5}]}}, Piece("Hi", "", (0.5,))),
    ],
)
def test_pieces_come_in_several_forms(choice, piece):
    assert read_piece(json.dumps({"choices": [choice]})) == piece


@pytest.mark.parametrize(
    "choice",
    [
        5,
        {},
        {"text": 5},
        {"delta": 5},
        {"delta": {"content": ["Hi"]}},
        {"text": "Hi", "finish_reason": ["stop"]},
        {"text": "Hi", "logprobs": 5},
        {"text": "Hi", "logprobs": {"token_logprobs": ["x"]}},
        {"text": "Hi", "logprobs": {"token_logprobs": [-(10**400)]}},
        {"text": "Hi", "content_filter_results": json.loads("[" * 500 + "]" * 500)},
    ],
)
def test_what_is_no_piece_is_none(choice):
    assert read_piece(json.dumps({"choices": [choice]})) is None


@pytest.mark.parametrize("data", ["", "5", "[]", "{}", '{"choices": 5}', "[" * 100_000])
def test_what_is_no_answer_is_none(data):
    assert read_piece(data) is None
    assert read_scores(data, 4) == []


@pytest.mark.parametrize("odd", [math.nan, -math.inf, math.inf])
def test_an_odd_that_is_no_number_is_unsaid_and_its_text_kept(odd):
    choice = {"text": "Hi there", "logprobs": {"token_logprobs": [odd, -0.5]}}
    assert read_piece(json.dumps({"choices": [choice]})) == Piece("Hi there", "", (0.5,))


@pytest.mark.parametrize(
    ("starts", "odds"),
    [([0, 2], [None, math.nan]), ([0, 2], [None, -math.inf]), ([0, 2], [None, -(10**400)]), ([0, -math.inf], [0, 0])],
)
def test_scores_with_numbers_that_are_none_are_unsaid(starts, odds):
    logprobs = {"text_offset": starts, "token_logprobs": odds}
    assert read_scores(json.dumps({"choices": [{"logprobs": logprobs}]}), 4) == []


def test_a_count_of_tokens_alone_is_an_empty_piece():
    assert read_piece('{"choices": [], "usage": {"total_tokens": 5}}') == Piece("")


def test_a_complaint_is_in_the_words_of_the_server():
    assert read_piece('{"error": {"message": "out of\\n memory"}}') == Complaint("out of memory")
    assert said({"error": {"message": "x" * 1000}}) == "x" * 200
    assert said({}) == said([]) == said(None) == "it does not say why."


def test_scores_are_those_of_the_text_alone():
    odds = {"text_offset": [0, 2, 4], "token_logprobs": [None, -math.log(2), -3.0]}
    data = json.dumps({"choices": [{"logprobs": odds}]})
    assert read_scores(data, 4) == [ScoredToken(0, 0.0), ScoredToken(2, math.log(2))]
