from benchmarks.history_size import TYPED, write_history
from engine.store.authorship import authors_of
from engine.store.generation_records import generations_of
from engine.store.journal import Journal
from engine.store.runs import Author


def test_the_history_is_that_of_a_text_in_which_a_model_writes(tmp_path):
    text, source = "Once upon a time. " * 40, "There was a king who had a daughter. " * 40
    seconds = write_history(tmp_path / "one.db", text, source, 5)
    journal = Journal.load(tmp_path / "one.db")
    found = generations_of(journal)
    assert (len(found), len(seconds)) == (5, 10)
    shares = authors_of(journal).shares()
    assert shares[Author.HUMAN] == len(text) + 5 * len(TYPED)
    assert shares[Author.MODEL] == sum(len(each.wordings[0].text) for each in found)
    assert all(each.request.text.endswith(TYPED) for each in found)
    assert found[-1].wordings[0].text in journal.text
    journal.close()
