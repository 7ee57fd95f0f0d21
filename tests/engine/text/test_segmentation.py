import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.languages import LANGUAGES
from engine.text.segmentation import split_sentences

ALPHABET = list("ab AZ.!?…,;:\"'“”„»«()[]|#>-*1 \n\r\t。！？”』中文😀é\u00a0\u2028")


def sentences(text, language):
    return [sentence.text for sentence in split_sentences(text, language)]


@settings(deadline=None)
@given(st.text(st.sampled_from(ALPHABET)), st.sampled_from([*LANGUAGES, "it"]), st.integers(1, 30))
def test_sentences_and_gaps_restore_the_text(text, language, longest):
    position = 0
    for sentence in split_sentences(text, language, longest):
        assert not text[position : sentence.start].strip()
        assert text[sentence.start : sentence.end] == sentence.text == sentence.text.strip() != ""
        assert len(sentence.text) <= longest
        position = sentence.end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["Mr. Smith went to Washington, D.C. on Jan. 5.", 'He said: "I am here."', "Then he left!", "Really?!"]),
        (
            "en",
            ['"Who are you?" asked Dr. Jones.', "(It was late.)", "It cost $3.50, e.g. here.", "Yes...", "And so on."],
        ),
        (
            "en",
            [
                '"Do you mean it?"',
                '"Wait... what?" he asked.',
                "See No. 5 and Fig. 3.",
                "What am I?",
                "He is 12.",
                "So.",
            ],
        ),
        (
            "de",
            [
                "Am 3. Mai kam Dr. Müller z. B. mit Frau B. Weiß.",
                "„Wer bist du?“ fragte er.",
                "Der 2. Weltkrieg endete 1945.",
            ],
        ),
        ("de", ["„Komm!“, rief er.", "»Nein.«", "Sie ging…", "Dann kam J. Bach."]),
        ("fr", ["M. Dupont est arrivé.", "« Où est la gare ? » demanda-t-il.", "« Là ! »", "C'est tout !", "Fin."]),
        (
            "es",
            [
                "¿Dónde está la estación?",
                "¡Qué bien!",
                "El Sr. García llegó.",
                "«No sé.»",
                "Vive en EE. UU. desde 1990.",
            ],
        ),
    ],
)
def test_sentences_of_spaced_languages(language, expected):
    assert sentences(" ".join(expected), language) == expected


def test_chinese_sentences_need_no_spaces():
    expected = [
        "今天天气很好。",
        "“你是谁？”他问道。",
        "真的吗？！",
        "价格是3.5元。",
        "他说：“走吧。”",
        "『完了。』",
        "然后……",
        "她笑了。",
    ]
    assert sentences("".join(expected), "zh") == expected


def test_wrapped_lines_are_one_sentence_and_short_lines_are_not():
    wrapped = "This is a line that an editor has broken after about sixty\ncolumns, as mail programs do."
    assert sentences(wrapped, "en") == [wrapped]
    assert sentences("Chapter One\nIt was late", "en") == ["Chapter One", "It was late"]
    assert sentences("# A heading that is long enough to be taken for a wrapped line\ntext", "en")[1] == "text"
    assert sentences("one\n\ntwo", "en") == ["one", "two"]


def test_endless_sentence_is_cut_at_the_best_mark():
    text = "word " * 30 + "word; " + "word " * 30
    pieces = split_sentences(text, "en", 200)
    assert pieces[0].text.endswith("word;")
    assert [len(piece.text) for piece in split_sentences("x" * 1000, "en", 400)] == [400, 400, 200]
