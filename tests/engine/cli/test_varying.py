import json

import pytest

from engine.events import Finished, TextChunk, from_json
from tests.engine.toy_vae import toy_folder


@pytest.mark.parametrize("command", [("vary", "the cat sees rain"), ("blend", "the cat sees rain", "she hears you")])
def test_each_sentence_is_a_line_that_the_events_hold_too(cli, command):
    options = (*command, "--model", toy_folder(), "--device", "cpu", "--seed", "3", "--variants", "3")
    status, out, error = cli(*options)
    assert (status, error) == (0, "")
    assert len(set(out.splitlines())) == 3
    status, lines, _ = cli(*options, "--json")
    events = [from_json(json.loads(line)) for line in lines.splitlines()]
    assert status == 0
    assert [event.text for event in events if isinstance(event, TextChunk)] == out.splitlines()
    assert events[-1] == Finished()


def test_wrong_usage_and_wrong_model_are_said(cli, llama):
    assert cli("vary", "x", "--variants", "9")[0] == 2
    assert cli("blend", "x")[0] == 2
    status, _, error = cli("vary", "x", "--model", llama, "--device", "cpu")
    assert status == 1
    assert "cannot" in error
