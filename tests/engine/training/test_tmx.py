import pytest

from engine.errors import InputError
from engine.training.tmx import memory_languages, memory_pairs, read_memory

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE tmx SYSTEM "tmx14.dtd">\n'


def unit(**segments):
    variants = "".join(
        f'<tuv xml:lang="{code.replace("_", "-")}"><seg>{text}</seg></tuv>' for code, text in segments.items()
    )
    return f"<tu>{variants}</tu>"


def tmx(*units, source="en-US"):
    return f'{HEAD}<tmx version="1.4"><header srclang="{source}"/><body>{"".join(units)}</body></tmx>'.encode()


def test_segments_are_paired_by_language_not_by_place_and_without_regions():
    memory = read_memory("a.tmx", tmx(unit(en_US="One.", de_DE="Eins."), unit(de_AT="Zwei.", en="Two.")))
    assert memory_languages(memory) == ("en", "de")
    assert memory_pairs(memory, "en", "de") == [("One.", "Eins."), ("Two.", "Zwei.")]
    assert memory_pairs(memory, "de", "en") == [("Eins.", "One."), ("Zwei.", "Two.")]


def test_the_languages_asked_for_win_and_the_commonest_fill_in():
    units = [unit(en="One.", de="Eins.", fr="Un."), unit(en="Two.", fr="Deux.")]
    memory = read_memory("a.tmx", tmx(*units, source="*all*"))
    assert memory_languages(memory) == ("en", "fr")
    assert memory_languages(memory, ("de", "")) == ("de", "en")
    assert memory_languages(memory, ("", "de")) == ("en", "de")


def test_codes_of_the_original_format_are_no_text():
    segment = 'Press <bpt i="1">&lt;b&gt;</bpt>Go<ept i="1">&lt;/b&gt;</ept> &amp; <hi>wait</hi><ph>x</ph>.'
    (pair,) = memory_pairs(read_memory("a.tmx", tmx(unit(en=segment, de="Los."))), "en", "de")
    assert pair == ("Press Go & wait.", "Los.")


def test_an_old_memory_names_its_languages_without_a_namespace():
    variants = '<tuv lang="EN"><seg>a</seg></tuv><tuv lang="DE"><seg>b</seg></tuv>'
    data = f'<tmx version="1.1"><body><tu>{variants}</tu></body></tmx>'.encode()
    assert memory_pairs(read_memory("a.tmx", data), "en", "de") == [("a", "b")]


def test_utf16_is_read():
    data = tmx(unit(en="One.", de="Größe.")).decode().replace("UTF-8", "UTF-16").encode("utf-16")
    assert memory_pairs(read_memory("a.tmx", data), "en", "de") == [("One.", "Größe.")]


def test_entity_bombs_and_external_entities_are_refused():
    bomb = '<!DOCTYPE tmx [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{"&" + chr(97 + n) + ";" * 1}{"&" + chr(97 + n) + ";"}">' for n in range(20)
    )
    outside = '<!DOCTYPE tmx [<!ENTITY u SYSTEM "file:///etc/passwd">'
    for head, name in ((bomb, "u"), (outside, "u")):
        data = f"{head}]><tmx><body>{unit(en=f'&{name};', de='x')}</body></tmx>".encode()
        with pytest.raises(InputError, match="entities"):
            read_memory("bad.tmx", data)


def test_a_memory_that_breaks_off_keeps_what_came_before():
    data = tmx(unit(en="One.", de="Eins."), unit(en="Two.", de="Zwei."))
    memory = read_memory("a.tmx", data[:-60])
    assert memory_pairs(memory, "en", "de") == [("One.", "Eins.")]
    assert memory.truncated


def test_elements_nested_without_end_harm_nothing():
    deep = unit(en="<hi>" * 100_000 + "x" + "</hi>" * 100_000, de="x")
    memory = read_memory("a.tmx", tmx(unit(en="One.", de="Eins."), deep))
    assert memory_pairs(memory, "en", "de") == [("One.", "Eins.")]
    assert memory.truncated
    with pytest.raises(InputError, match=r"a\.tmx"):
        read_memory("a.tmx", tmx(deep))


@pytest.mark.parametrize("data", [b"", b"just text", b"<html></html>", b"<tmx", b"<tmx>" + b"<seg>" * 200_000])
def test_what_is_no_memory_is_a_sentence(data):
    with pytest.raises(InputError, match=r"a\.tmx"):
        read_memory("a.tmx", data)
