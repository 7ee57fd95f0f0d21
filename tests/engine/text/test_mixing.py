from engine.text.mixing import mixed, parts_of, unlike

ONE = " The lamp went out. Nobody saw it.\n\nIn the morning it burned again."
TWO = " The lamp went out. The king slept. Then a boat came.\n"
CHINESE = ["灯灭了。没有人看见。", "灯灭了。国王睡着了！早上船来了。"]


def test_the_parts_of_a_text_make_the_text():
    for text in (ONE, TWO, "No mark at the end", "  ", *CHINESE):
        language = "zh" if text in CHINESE else "en"
        parts = parts_of(text, 0, language)
        assert mixed(parts, language) == (text if text.strip() else "")


def test_sentences_keep_the_white_space_that_they_had_in_their_own_text():
    one, two = parts_of(ONE, 0, "en"), parts_of(TWO, 1, "en")
    assert (
        mixed([one[0], two[1], one[2]], "en")
        == " The lamp went out. The king slept.\n\nIn the morning it burned again."
    )
    assert mixed([one[1], two[2]], "en", " ") == " Nobody saw it. Then a boat came.\n"


def test_a_sentence_that_began_its_text_goes_behind_any_other():
    one, two = parts_of(ONE, 0, "en"), parts_of(TWO, 1, "en")
    assert mixed([one[1], two[0]], "en", " ") == " Nobody saw it.\n\nThe lamp went out."
    assert mixed([two[2], one[0]], "en") == "Then a boat came. The lamp went out."


def test_chinese_sentences_go_together_without_spaces():
    one, two = (parts_of(text, number, "zh") for number, text in enumerate(CHINESE))
    assert mixed([one[0], two[1], one[1]], "zh") == "灯灭了。国王睡着了！没有人看见。"
    assert mixed([two[2], one[0]], "zh") == "早上船来了。灯灭了。"


def test_what_all_texts_say_is_told_from_what_some_say():
    texts = [parts_of(ONE, 0, "en"), parts_of(TWO, 1, "en")]
    assert unlike(texts) == {(0, 1), (0, 2), (1, 1), (1, 2)}
    assert unlike([parts_of(CHINESE[0], 0, "zh"), parts_of(CHINESE[1], 1, "zh")]) == {(0, 1), (1, 1), (1, 2)}
    assert unlike([]) == set()
