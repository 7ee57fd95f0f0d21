from engine.text.marks import has_han, latin_marks, needs_space


def test_chinese_marks_become_latin_ones_with_their_spaces():
    assert latin_marks("Look ，he says：go！（Now）。") == "Look, he says: go! (Now)."
    assert latin_marks("see this（now）") == "see this (now)"
    assert latin_marks("3.5, plain text.") == "3.5, plain text."


def test_words_need_a_space_and_marks_none():
    assert needs_space("it is", "12")
    assert needs_space("**Note:**", "Please")
    assert needs_space("read", "*all*")
    assert not needs_space("read", ".")
    assert not needs_space("(", "now")
    assert not needs_space("", "now")


def test_han_signs_are_seen():
    assert has_han("a 中")
    assert not has_han("a。")
