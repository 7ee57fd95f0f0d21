import pytest

from engine.errors import InputError
from engine.training.tables import read_table

PAIRS = [("one", "eins"), ("two", "zwei"), ("three", "drei")]


def lines(delimiter, *rows):
    return "".join(delimiter.join(row) + "\n" for row in rows)


@pytest.mark.parametrize("delimiter", ["\t", ",", ";", "|"])
def test_the_delimiter_is_found(delimiter):
    assert read_table("a.csv", lines(delimiter, *PAIRS)).pairs == PAIRS


def test_quoted_cells_hold_delimiters_and_line_ends():
    table = read_table("a.csv", 'text,title\n"one, and\ntwo","a ""good"" one"\n')
    assert table.pairs == [("one, and\ntwo", 'a "good" one')]


def test_quotes_in_a_tsv_are_characters():
    assert read_table("a.tsv", '"Go!" he said.\t"Geh!"\n', "\t").pairs == [('"Go!" he said.', '"Geh!"')]


def test_a_header_of_languages_chooses_the_columns():
    text = lines("\t", ("id", "German", "en-US", "fr"), ("1", "eins", "one", "un"), ("2", "zwei", "two", "deux"))
    table = read_table("a.tsv", text, "\t", ("en", "de"))
    assert table.pairs == [("one", "eins"), ("two", "zwei")]
    assert table.languages == ("en", "de")
    assert read_table("a.tsv", text, "\t").languages == ("de", "en")
    with pytest.raises(InputError, match="es"):
        read_table("a.tsv", text, "\t", ("en", "es"))


def test_a_header_of_texts_and_titles_chooses_the_columns():
    text = lines(",", ("id", "title", "text"), ("1", "A day", "It rained."))
    assert read_table("a.csv", text).pairs == [("It rained.", "A day")]


def test_odd_lines_are_counted_and_the_first_is_named():
    table = read_table("a.tsv", "one\teins\n\njust one column\ntwo\tzwei\nthree\t\n", "\t")
    assert table.pairs == PAIRS[:2]
    assert (table.odd, table.first_odd) == (2, 3)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "empty"),
        ("only one column\nand another\n", "1 column "),
        ("a\tb\tc\nd\te\tf\n", "3 columns"),
        ("one\teins\nx\ny\nz\n", "line 2"),
        ('a,b\n"never closed,' + "x" * 200_000 + "\n", "a.csv"),
    ],
)
def test_tables_without_pairs_are_a_sentence(text, sentence):
    with pytest.raises(InputError, match=sentence) as raised:
        read_table("a.csv", text)
    assert "a.csv" in str(raised.value)
