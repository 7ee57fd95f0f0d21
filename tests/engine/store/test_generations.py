import json

from engine.modes import Mode, Request
from engine.store.generations import Generation, Wording, standing_around
from tests.engine.store.kept_generations import ASKED, FIRST, OLD

BRANCHED = Request(Mode.WRITE, "Once there", model="m")


def test_a_generation_survives_its_json():
    record = json.loads(json.dumps(FIRST.to_json()))
    assert Generation.from_json("first", 0, record) == FIRST


def test_a_branch_keeps_no_second_copy_of_the_text_before_it():
    record = FIRST.to_json()
    assert "text" not in record["wordings"][2]["request"]
    edited = Wording(" there is", parent=1, offset=6, request=Request(Mode.WRITE, "Edited since. Once there"))
    other = Generation("first", ASKED, (*FIRST.wordings[:2], edited), 2, 4, 13)
    assert Generation.from_json("first", 0, other.to_json()) == other


def test_a_record_of_an_earlier_version_says_the_model_of_each_wording():
    found = Generation.from_json("old", 3, json.loads(OLD))
    assert found.wordings == (Wording(" upon", 7, 0, 1, "story-en", "abc", "story"),)
    assert (found.request.text, found.current, found.start, found.end, found.edit) == ("Once", 0, 4, 9, 3)


def test_the_wording_around_a_place_is_the_longest_and_of_equals_the_latest():
    again = Generation("again", ASKED, (Wording(" there was"),), 0, 4, 14)
    text = "Once there was a king. Once upon"
    found = standing_around([FIRST, again], text, 7)
    assert found is not None
    assert (found.generation.key, found.number, found.start) == ("again", 0, 4)
    found = standing_around([FIRST], text, len(text))
    assert found is not None
    assert (found.number, found.start) == (0, 27)


def test_beside_and_away_from_all_wordings():
    text = "Once upon a time"
    assert standing_around([FIRST], text, 4) is not None
    assert standing_around([FIRST], text, 9) is not None
    assert standing_around([FIRST], text, 3) is None
    assert standing_around([FIRST], text, 10) is None
    assert standing_around([], text, 5) is None


def test_chinese_wordings_and_wide_characters_are_found_by_characters():
    generation = Generation("zh", Request(Mode.WRITE, "从前"), (Wording("有一个国王😀。"),), 0, 2, 10)
    found = standing_around([generation], "😀从前有一个国王😀。后来", 5)
    assert found is not None
    assert found.start == 3
