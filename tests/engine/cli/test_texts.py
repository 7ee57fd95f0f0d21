import json

import pytest

from engine.events import Finished, ModelLoaded, TextChunk, VariantFinished, from_json
from engine.paths import config_dir
from tests.engine.cli.commands import PROMPT
from tests.engine.tagged_models import LESSON, TAGGED_KINDS, taught_folder, trimmed


def events(out):
    return [from_json(json.loads(line)) for line in out.splitlines()]


def text_of(out, variant=0):
    return "".join(event.text for event in events(out) if isinstance(event, TextChunk) and event.variant == variant)


def test_the_prompt_and_its_continuation_are_printed_and_the_seed_fixes_it(cli, story):
    first, second = (cli(*story, "--prompt", PROMPT) for _ in range(2))
    assert first == second
    status, out, error = first
    assert (status, error) == (0, "")
    assert out.startswith(PROMPT)
    assert len(out) > len(PROMPT) + 1
    assert out.endswith("\n")


def test_a_text_that_the_model_was_not_made_for_is_told_on_the_other_output(cli):
    german = ("--prompt", "Es war einmal ein König, der hatte drei Töchter und")
    status, out, error = cli("write", *german, "--max-new-tokens", "4", "--seed", "1")
    assert status == 0
    assert out.startswith(german[1])
    assert "the text looks German" in error
    assert len(error.splitlines()) == 1


def test_raw_prints_just_the_continuation_that_the_events_hold(cli, story):
    _, plain, _ = cli(*story, "--raw", "--prompt", PROMPT)
    status, lines, _ = cli(*story, "--raw", "--json", "--prompt", PROMPT)
    assert status == 0
    assert plain.removesuffix("\n") == text_of(lines).removesuffix("\n") != ""
    assert PROMPT not in plain
    assert events(lines)[-1] == Finished()


def test_variants_are_different_and_printed_one_after_the_other(cli, story):
    options = (*story, "--raw", "--variants", "3", "--prompt", PROMPT)
    _, out, _ = cli(*options)
    _, lines, _ = cli(*options, "--json")
    texts = [text_of(lines, variant) for variant in range(3)]
    assert len(set(texts)) == 3
    places = [out.index(part) for part in (texts[0], "--- 2 ---\n", texts[1], "--- 3 ---\n", texts[2])]
    assert places == sorted(places)
    seeds = {event.variant: event.seed for event in events(lines) if isinstance(event, VariantFinished)}
    assert seeds == {0: 1, 1: 2, 2: 3}


def test_files_and_standard_input_give_what_a_prompt_gives(cli, story, tmp_path):
    path = tmp_path / "story.txt"
    path.write_text(PROMPT, encoding="utf-8")
    expected = cli(*story, "--prompt", PROMPT)
    assert cli(*story, path) == expected
    assert cli(*story, standard_input=PROMPT.encode()) == expected
    assert cli(*story, standard_input=b"\xef\xbb\xbf" + PROMPT.encode()) == expected
    _, both, _ = cli(*story, path, path)
    assert both == expected[1] * 2


def test_flags_override_the_preset(cli, llama):
    folder = config_dir() / "presets"
    folder.mkdir(parents=True)
    preset = 'name = "three"\nmode = "write"\n[params]\nmax_new_tokens = 3\ntemperature = 0\n'
    (folder / "three.toml").write_text(preset, encoding="utf-8")

    def tokens(*options):
        command = ("write", "--model", llama, "--preset", "three", "--raw", "--json", "--prompt", PROMPT)
        status, out, error = cli(*command, *options)
        assert (status, error) == (0, "")
        return next(event.tokens for event in events(out) if isinstance(event, VariantFinished))

    assert tokens() == 3
    assert tokens("--max-new-tokens", "5") == 5


def test_memory_note_and_lorebook_change_what_the_model_sees(cli, story, tmp_path):
    fact, lorebook = tmp_path / "fact.txt", tmp_path / "lore.json"
    fact.write_text("The king is afraid of water.", encoding="utf-8")
    lorebook.write_text(json.dumps([{"keys": ["king"], "text": "The king is called Rollo."}]), encoding="utf-8")
    plain = cli(*story, "--prompt", PROMPT)
    for option in (("--memory", fact), ("--note", fact), ("--lorebook", lorebook)):
        status, out, _ = cli(*story, "--prompt", PROMPT, *option)
        assert status == 0
        assert out.startswith(PROMPT)
        assert out != plain[1]


def test_as_many_lines_come_out_as_went_in(cli, marian):
    text = "The weather is nice today.\n\nWhere is the station?\n"
    command = ("translate", "--device", "cpu", "--model", marian, "--from", "en", "--to", "de", "--max-new-tokens", "8")
    status, out, error = cli(*command, standard_input=text.encode())
    assert (status, error) == (0, "")
    assert out.count("\n") == 3
    assert out.split("\n")[1] == ""


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_translator_with_tags_is_told_both_languages(cli, kind):
    folder = taught_folder(kind)
    for source, target in (("en", "de"), ("de", "zh"), ("zh", "en")):
        command = ("translate", "--device", "cpu", "--model", folder, "--from", source, "--to", target)
        text = "".join(f"{texts[source]}\n\n" for texts in LESSON)
        expected = "".join(f"{texts[target]}\n\n" for texts in LESSON)
        assert cli(*command, standard_input=text.encode()) == (0, expected, "")


def test_a_language_without_a_tag_is_told_in_one_sentence(cli, tmp_path):
    folder = trimmed("nllb", tmp_path / "half", "en", "zh")
    command = ("translate", "--device", "cpu", "--model", folder, "--from", "en", "--to", "de")
    status, out, error = cli(*command, standard_input=b"Hello.")
    assert (status, out) == (1, "")
    assert "half cannot translate English into German; it knows English, Chinese: choose another model" in error
    assert error.count("\n") == 1


def test_key_sentences_are_sentences_of_the_text(cli):
    text = "The old king lived by the sea. The king loved the sea. A cat slept. The sea took the king one day."
    status, out, _ = cli("summarize", "--sentences", "2", standard_input=text.encode())
    assert status == 0
    lines = out.splitlines()
    assert len(lines) == 2
    assert all(line in text for line in lines)


def test_progress_is_shown_only_when_asked_for_or_on_a_terminal(cli, story):
    _, _, error = cli(*story, "--prompt", PROMPT, "--progress")
    assert "loaded in" in error
    assert "seed 1" in error


def test_weights_are_held_as_asked(cli, story):
    for asked, held in (("float32", "float32"), ("bf16", "bfloat16"), ("int8", "int8"), ("int4", "int4")):
        status, out, _ = cli(*story, "--weights", asked, "--json", "--prompt", PROMPT)
        assert status == 0
        assert {event.dtype for event in events(out) if isinstance(event, ModelLoaded)} == {held}
    status, _, error = cli(*story, "--weights", "int2", "--prompt", PROMPT)
    assert status == 2
    assert "int2" in error


def test_a_draft_model_changes_no_greedy_text(cli, story, llama):
    greedy = (*story, "--weights", "float32", "--temperature", "0", "--max-new-tokens", "40", "--prompt", PROMPT)
    assert cli(*greedy, "--draft", llama)[:2] == cli(*greedy)[:2]


def test_a_server_takes_no_draft_model(cli, story):
    status, _, error = cli(*story, "--server", "http://127.0.0.1:9", "--draft", "helper", "--prompt", PROMPT)
    assert status == 2
    assert "not for a server's" in error
