from engine.text.chapters import LONGEST, MOST, split_chapters

PARAGRAPH = "He went down to the sea and looked for the ship. " * 20


def test_chapters_begin_at_headings_of_any_kind():
    for headings in (["# One", "# Two"], ["Chapter I", "CHAPTER II. The Sea"], ["第一回 海", "第二回 船"]):
        text = "\n\n".join(f"{heading}\n\n{PARAGRAPH}\n\n{PARAGRAPH}" for heading in headings)
        assert [part.split("\n")[0] for part in split_chapters(text)] == headings


def test_headings_without_text_between_them_share_a_part():
    assert len(split_chapters("# Book\n\n## One\n\n" + PARAGRAPH)) == 1


def test_a_text_without_headings_goes_in_stretches_and_nothing_is_lost():
    text = "\n\n".join([PARAGRAPH.strip()] * 100)
    parts = split_chapters(text)
    assert 6 <= len(parts) <= 8
    assert all(len(part) <= LONGEST for part in parts)
    assert "\n".join(parts) == text.replace("\n\n", "\n")
    assert len(split_chapters(text * 20)) <= MOST + 1
    assert split_chapters(" \n") == []
