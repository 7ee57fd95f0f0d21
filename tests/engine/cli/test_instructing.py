"""`rewrite` and `dialogue` on the command line."""

import pytest

from engine.cli.parser import build_parser
from tests.engine.tiny_models import tiny_chat


@pytest.fixture(scope="module")
def chat(tmp_path_factory):
    return tiny_chat(tmp_path_factory.mktemp("models") / "chat")


def test_a_text_is_rewritten_and_asked_about(cli, chat):
    common = ("--model", chat, "--device", "cpu", "--max-new-tokens", "8", "--seed", "1")
    status, out, error = cli("rewrite", "--instruction", "shorter", *common, standard_input=b"It rained all day.")
    assert (status, error) == (0, "")
    assert out.strip()
    asked = ("dialogue", "--question", "Who?", "--turn", "Where?", "--turn", "At sea.")
    status, other, error = cli(*asked, *common, standard_input=b"It rained all day.")
    assert (status, error) == (0, "")
    assert other.strip() not in ("", out.strip())


def test_a_model_without_a_chat_template_is_refused_in_one_sentence(cli, llama):
    status, out, error = cli("rewrite", "--instruction", "shorter", "--model", llama, standard_input=b"It rained.")
    assert (status, out) == (1, "")
    assert "cannot rewrite" in error
    assert error.count("\n") == 1


def test_without_an_instruction_the_usage_is_told(cli):
    assert cli("rewrite", standard_input=b"It rained.")[0] == 2
    options = build_parser().parse_args(["dialogue", "--question", "Who?"])
    assert (options.instruction, options.voice) == ("Who?", "")
