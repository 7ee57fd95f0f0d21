import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.store.word_diff import word_diff
from gui.restoring import bring_back, places

TEXTS = st.text(alphabet="ab \n\r中😀\u05d0\u2028\u2029", max_size=30)


@given(earlier=TEXTS, now=TEXTS)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40, deadline=None)
def test_bringing_back_every_place_is_the_earlier_text_and_one_step(editor, earlier, now):
    editor.set_text(now)
    bring_back(editor, places(word_diff(earlier, now)))
    assert editor.text() == earlier
    if earlier != now:
        editor.undo_step()
    assert editor.text() == now


@pytest.mark.parametrize(
    ("number", "text"), [(0, "An old king slept. He woke late."), (1, "A young king slept. He woke.")]
)
def test_one_place_is_brought_back_and_the_others_stay(editor, number, text):
    editor.set_text("A young king slept. He woke late.")
    found = places(word_diff("An old king slept. He woke.", "A young king slept. He woke late."))
    if number == 0:
        bring_back(editor, found[:2])  # two words
    else:
        bring_back(editor, found[-1:])
    assert editor.text() == text


def test_nothing_chosen_changes_nothing(editor):
    editor.set_text("one")
    bring_back(editor, [])
    assert not editor.document().isUndoAvailable()
