import zipfile

from benchmarks.kill_rivals import missing
from benchmarks.rivals import NOVEL, LibreOffice, NovelWriter


def test_what_is_missing_is_counted_in_order():
    assert missing("rain fell", "Rain fell\n") == 0  # a capital is the program's own
    assert missing("rain fell ", "rain fell") == 1
    assert missing("rain fell on", "rain fell") == 3
    assert missing("rain fell", "") == 9
    assert missing("rain fell", "xx rain yy fell") == 0
    assert missing("", "") == 0


def test_the_text_of_each_format_is_found(tmp_path):
    with zipfile.ZipFile(tmp_path / "story.odt", "w") as packed:
        body = '<text:p>Rain <text:s text:c="1"/>fell &amp; <text:span>so</text:span></text:p>'
        packed.writestr("content.xml", f'<office><head>No</head><office:text a="b">{body}</office:text></office>')
    assert LibreOffice("", tmp_path).text() == "Rain  fell & so"
    content = tmp_path / "novel" / "content"
    content.mkdir(parents=True)
    (content / NOVEL).write_text('+++\nname = "A scene"\n+++\nrain fell\n')
    assert NovelWriter("", tmp_path).text() == "rain fell\n"
