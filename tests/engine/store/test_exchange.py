from engine.store.exchange import Exchange, dialogue_of, put_dialogue
from engine.store.journal import Journal


def test_a_conversation_is_kept_although_nothing_was_edited(tmp_path):
    journal = Journal(tmp_path / "one.db", "Once 😀", {})
    assert dialogue_of(journal) == ()
    said = (Exchange("Who?", "Anna 😀."), Exchange("Where?", "Here.", "Anna"))
    put_dialogue(journal, said[:1])
    put_dialogue(journal, said)
    journal.close()
    again = Journal.load(tmp_path / "one.db")
    assert (dialogue_of(again), again.last, again.text) == (said, 0, "Once 😀")
    again.close()
