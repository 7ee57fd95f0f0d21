import pytest

from engine.modes import Mode, Request
from engine.store.edits import Edit, Origin
from engine.store.generations import Generation, Standing, Wording
from engine.store.units import to_units
from gui.variant import Variant
from gui.variant_records import record_of, set_at, set_of
from gui.variants import VariantSet

ASKED = Request(Mode.WRITE, "It rained.")


def edit(number, position, removed, inserted, origin=Origin.HUMAN):
    return Edit(number, 0.0, origin, position, to_units(removed), to_units(inserted))


@pytest.fixture
def variants(editor):
    """Two variants, a branch of the second and a mix, which stands in the text."""
    editor.set_text("It rained. Then")
    made = VariantSet(editor, ASKED, 10)
    made.expect(2, Variant(preset="story"))
    for number, text in enumerate((" One 😀.", " Two hills.")):
        made.add_text(number, text)
        made.finish_variant(number, 7 + number, -1.0)
    made.name_model(0, "story-en")
    made.finish()
    made.walk(1)
    made.expect(1, Variant(parent=1, offset=4, request=Request(Mode.WRITE, "It rained. Two")))
    made.add_text(2, " seas.")
    made.name_model(2, "other")
    made.finish()
    made.add_mixed(" One 😀. Two seas.", (0, 2), 0)
    return made


def test_what_is_kept_of_a_set_makes_the_same_set_again(editor, variants):
    assert editor.text() == "It rained. One 😀. Two seas. Then"
    kept = Generation.from_json(variants.key, 5, record_of(variants).to_json())
    again = set_of(editor, kept, ())
    assert again.variants == variants.variants
    assert (again.key, again.current, again.place) == (variants.key, 3, variants.place)
    assert again.variants[3].model == "story-en, other"
    assert again.variants[2].text == " Two seas."
    assert again.stands()


def test_edits_since_then_move_the_place_and_edits_inside_free_it(editor, variants):
    kept, (start, end) = record_of(variants), variants.place
    editor.set_text("So: " + editor.text())
    moved = set_of(editor, kept, [edit(6, 0, "", "So: ")])
    assert moved.stands()
    assert moved.place == (start + 4, end + 4)
    freed = set_of(editor, kept, [edit(6, 0, "", "So: "), edit(7, 16, "", "x")])
    assert freed.current == -1


def test_what_was_being_written_is_what_the_text_has_of_it(editor):
    editor.set_text("It rained. Half a 😀 Then")
    wordings = (Wording(" One."), Wording(" Half", parent=-1, finished=False))
    kept = Generation("key", ASKED, wordings, 1, 10, 15)
    edits = [
        edit(1, 15, "", " a", Origin.MODEL),
        edit(2, 20, "", "n", Origin.HUMAN),
        edit(3, 17, "", " 😀", Origin.MODEL),
    ]
    again = set_of(editor, kept, edits)
    assert (again.variants[1].text, again.variants[1].finished) == (" Half a 😀", True)
    assert again.stands()
    assert again.walk(1)
    assert editor.text() == "It rained. One. Then"


def test_a_wording_that_was_found_by_its_text_stands_there(editor):
    editor.set_text("😀 It rained. One. Then")
    kept = Generation("key", ASKED, (Wording(" Two."), Wording(" One.")), -1, 0, 0)
    again = set_at(editor, Standing(kept, 1, len("😀 It rained.")))
    assert again.place == (13, 18)
    assert again.walk(1)
    assert editor.text() == "😀 It rained. Two. Then"


def test_a_beginning_that_does_not_stand_there_is_refused(variants):
    with pytest.raises(ValueError, match="Two"):
        variants.expect(1, Variant(parent=1, offset=4))
