import pytest

from engine.errors import InputError
from engine.events import Result
from engine.training.backtranslation import back_translate

BOOK = "\n".join(
    f"The old king had {number} ships upon the wide sea. Nobody knew where they went." for number in range(40)
)


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "book.txt"
    path.write_text(f"{BOOK}\nToo short.\n", encoding="utf-8")
    return path


def rows_of(path):
    return [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]


def test_rows_are_translation_and_sentence_and_a_table_is_gone_on_with(book, tmp_path):
    out = tmp_path / "back" / "table.tsv"
    events = list(back_translate([book], out, "en", "de", 4, device="cpu"))
    assert Result({"table": str(out), "rows": len(rows_of(out))}) in events
    first = rows_of(out)
    assert 1 <= len(first) <= 4
    assert all(sentence in BOOK and translation != sentence for translation, sentence in first)
    list(back_translate([book], out, "en", "de", 6, device="cpu"))
    assert rows_of(out)[: len(first)] == first
    assert len({sentence for _, sentence in rows_of(out)}) == len(rows_of(out)) > len(first)


def test_files_without_sentences_are_a_sentence(tmp_path):
    (tmp_path / "empty.txt").write_text("Oh.\n", encoding="utf-8")
    with pytest.raises(InputError, match="no sentences"):
        next(back_translate([tmp_path / "empty.txt"], tmp_path / "out.tsv", "en", "de", 3))
    with pytest.raises(InputError, match="no file"):
        next(back_translate([tmp_path / "none.txt"], tmp_path / "out.tsv", "en", "de", 3))
