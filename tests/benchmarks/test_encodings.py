import random

from benchmarks.encodings import outcome, part_of

TEXT = "老国王一个人住在灯塔里，夜里下着雨。\n" * 200


def test_parts_are_cut_to_size_and_left_out_where_a_letter_lacks():
    for size in (200, 5_000):
        part, data = part_of(TEXT, "gb18030", size, random.Random(1))
        assert data.decode("gb18030") == part
        assert part in TEXT
        assert size - 4 <= len(data) <= size
    assert part_of(TEXT, "iso-8859-1", 200, random.Random(1)) is None


def test_outcomes_are_told_apart(tmp_path):
    path = tmp_path / "a.txt"
    assert outcome(path, TEXT, TEXT.encode()) == "known"
    assert outcome(path, TEXT, TEXT.encode("gb18030")) == "asked, first right"
    assert outcome(path, "an other", TEXT.encode()) == "garbled"
    assert outcome(path, "é", "é".encode("cp037") + b"\0\1") == "refused"
