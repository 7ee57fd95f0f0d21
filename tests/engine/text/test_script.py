"""Which script a text is in."""

from engine.text.script import script_of


def test_each_letter_is_counted_once_and_other_signs_are_none():
    script = script_of("Anna 说：é かな 42!")
    assert (script.letters, script.han, script.kana, script.latin) == (8, 1, 2, 5)


def test_chinese_is_told_from_japanese_from_a_quoted_word_and_from_nothing():
    assert script_of("张三走进 Starbucks 咖啡馆。").chinese
    assert not script_of("彼は森の中を歩いていた。").chinese
    assert not script_of("She learnt to write 森 on her first day at school, and was proud of it.").chinese
    assert not script_of(" 1, 2, 3!").known
    assert not script_of("Он шёл домой.").known
