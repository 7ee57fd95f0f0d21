from hypothesis import given
from hypothesis import strategies as st

from engine.training.splits import split_documents, split_rows

NOVEL = "".join(f"Line {number} of the only novel there is, and so on.\n" for number in range(2000))


def test_of_one_novel_the_last_tenth_is_held_out_and_nothing_is_lost():
    parts = split_documents([NOVEL], seed=1)
    (held_out,) = parts.held_out
    assert NOVEL.endswith(held_out)
    assert 0.09 < len(held_out) / len(NOVEL) < 0.11
    assert 0.02 < sum(map(len, parts.watched)) / len(NOVEL) < 0.06
    lines = "".join([*parts.learnt, *parts.watched, held_out]).splitlines()
    assert sorted(lines) == sorted(NOVEL.splitlines())


def test_of_many_documents_whole_ones_are_held_out():
    documents = [f"Document {number}. " + "It goes on for a while.\n" * 20 for number in range(50)]
    parts = split_documents(documents, seed=1)
    assert set(parts.held_out) < set(documents)
    assert 5 <= len(parts.held_out) <= 6
    assert not any(text[:14] in "".join(parts.learnt + parts.watched) for text in parts.held_out)
    assert parts != split_documents(documents, seed=2)


def test_of_three_long_documents_the_last_tenth_is_held_out():
    documents = [NOVEL, NOVEL.replace("Line", "Verse"), NOVEL.replace("Line", "Row")]
    parts = split_documents(documents, seed=1)
    assert sum(map(len, parts.held_out)) < 0.15 * sum(map(len, documents))
    assert documents[-1].endswith(parts.held_out[-1])


@given(st.lists(st.tuples(st.sampled_from("abcdefghij"), st.text(max_size=3)), min_size=20, max_size=60))
def test_the_same_source_is_never_on_two_sides(rows):
    parts = split_rows(rows, seed=1)
    sides = [{source for source, _ in part} for part in (parts.learnt, parts.watched, parts.held_out)]
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]
    assert sorted(parts.learnt + parts.watched + parts.held_out) == sorted(rows)


def test_sentences_alone_are_split_as_pairs_are():
    rows = [("", f"Sentence number {number}.") for number in range(50)]
    parts = split_rows(rows, seed=1)
    assert [len(part) for part in (parts.learnt, parts.watched, parts.held_out)] == [43, 2, 5]
