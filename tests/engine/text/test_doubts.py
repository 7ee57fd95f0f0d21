import pytest

from engine.text.doubts import halves, is_doubtful, is_target


def test_what_is_in_the_target_language_is_told_from_what_is_not():
    assert is_target("Das Wetter ist heute sehr schön.", "en", "de")
    assert is_target("今天天气很好。", "en", "zh")
    assert is_target("The weather is very nice today.", "zh", "en")
    assert not is_target("The weather is very nice today.", "en", "de")
    assert not is_target("Berlin", "en", "de")
    assert not is_target("The weather is very nice today.", "en", "zh")
    assert is_target("Incredible!", "zh", "en"), "the script tells"
    assert is_target("Guten Morgen, Maria!", "en", "de"), "so clear that few words do"
    assert not is_target("Maria!", "en", "de")
    assert not is_target("我用 Linux 写书。", "zh", "en")
    assert not is_target("He said 你好 to everyone in the big room.", "en", "zh")
    assert not is_target("Das Wetter ist heute sehr schön.", "", "de")


@pytest.mark.parametrize(
    ("answer", "target"),
    [
        ("The weather is nice today.", "de"),
        ("Das Wetter, das Wetter, das Wetter ist schön.", "de"),
        ("Das 天气 ist schön.", "de"),
        ("Das Wetter ist schön.", "zh"),
        ("Das Wetter ist \ufffd schön.", "de"),
        ("Das Wetter ist schön 👑.", "de"),
    ],
)
def test_copies_circles_and_other_scripts_are_doubtful(answer, target):
    assert is_doubtful("The weather is nice today.", answer, target)


def test_translations_and_copied_names_are_not():
    assert not is_doubtful("The weather is nice today.", "Das Wetter ist heute schön.", "de")
    assert not is_doubtful("The weather is nice today.", "今天天气很好。", "zh")
    assert not is_doubtful("Tom Jackson", "Tom Jackson", "de")


def test_halves_are_the_whole_cut_near_its_middle():
    assert halves("When he came home, nobody was there any more.") == [
        "When he came home,",
        "nobody was there any more.",
    ]
    assert halves("He never came home to the sea") == ["He never came", "home to the sea"]
    assert halves("今天天气很好，我们去公园吧。") == ["今天天气很好，", "我们去公园吧。"]
    assert halves("He came home.") == ["He came home."]
