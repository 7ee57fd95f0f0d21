from engine.training.prose import prose

STORY = """The old king went down to the sea, and there he saw a ship that was larger than any other.
"Whose is it?" he asked.
"Ours."
"And where to?"
"Home."
Nobody knew the sea better than the king, For he had been a sailor once."""
STANZA = """O moon, that over meadow shines
And silvers all the sleeping pines
Come down and tell me of the deep
For I am old and cannot sleep"""


def test_a_story_and_its_short_speeches_stay():
    assert prose(STORY) == STORY
    told = "周琏道：毛房有几间？\n何氏道：只一间。\n周琏道：好。\n何氏道：不好。"
    assert prose(told) == told


def test_stanzas_go_and_what_surrounds_them_stays():
    assert prose(f"{STORY}\n{STANZA}\n{STORY}") == f"{STORY}\n{STORY}"
    assert prose(STANZA) == ""
    poem = "撑一支长篙，\n向青草更青处漫溯，\n满载一船星辉，\n在星辉斑斓里放歌。"
    assert prose(f"话说从前有一个国王，他住在大海的旁边，年纪已经很老了，什么人也不见。\n{poem}").count("\n") == 0


def test_verse_without_line_breaks_goes():
    verse = "Tom, Tom, the piper's son, The finest lad of all, And all the tune that he could play, Was over hill"
    assert prose(verse) == ""


def test_tags_go():
    assert prose("<strong>第一回</strong>\n话说天下大势，分久必合，合久必分，这就是从前的故事。").startswith("第一回\n")
