import lzma

import pytest

from engine.errors import InputError
from engine.purposes import Purpose, TrainingRequest
from engine.training.material import read_material

STORY = "\n".join(
    f"On the {number}th day the old king walked down to the sea and waited for a ship." for number in range(40)
)
WORDS = [
    f"{a}{b}" for a in ("b", "d", "f", "g", "k", "l", "m") for b in ("orn", "ast", "illow", "ey", "urn", "osh", "ent")
]
PAIRS = [(f"The {word} is at home today.", f"Der {word} ist heute zu Hause.") for word in WORDS]


def table(pairs):
    return "".join(f"{first}\t{second}\n" for first, second in pairs)


def read(purpose, *files, **options):
    generator = read_material(TrainingRequest(purpose, tuple(map(str, files)), "x", **options))
    while True:
        try:
            next(generator)
        except StopIteration as end:
            return end.value


def write(folder, **files):
    for name, content in files.items():
        path = folder / name.replace("_", ".")
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_a_folder_of_mixed_encodings_gives_what_can_be_read_and_names_the_rest(tmp_path):
    write(
        tmp_path, a_txt=STORY, b_md="# Title\n\n" + STORY.upper() * 2, c_txt="Größe".encode("latin-1"), d_tsv="a\tb\n"
    )
    material = read(Purpose.CONTINUE, tmp_path)
    assert material.files == 2
    assert len(material.skipped) == 2
    assert "c.txt" in material.skipped[0]
    assert "d.tsv" in material.skipped[1]
    assert material.languages == {"en": 2}
    assert material.examples()[0].startswith("On the 0th day")


def test_copies_are_left_out_before_anything_is_split(tmp_path):
    write(tmp_path, a_txt=STORY, b_txt=STORY + "\nThe end.")
    material = read(Purpose.CONTINUE, tmp_path)
    assert (len(material.rows), material.duplicates) == (1, 1)


def test_pairs_of_tables_and_memories_are_put_in_one_direction(tmp_path):
    turned = [(second.replace("heute", "morgen"), first.replace("today", "tomorrow")) for first, second in PAIRS]
    units = "".join(
        f'<tu><tuv xml:lang="de-DE"><seg>{de} Ja.</seg></tuv><tuv xml:lang="en-GB"><seg>{en} Yes.</seg></tuv></tu>'
        for en, de in PAIRS[:5]
    )
    write(tmp_path, a_tsv=table(PAIRS), b_tsv=table(turned), c_tmx=f"<tmx><body>{units}</body></tmx>")
    material = read(Purpose.TRANSLATE, tmp_path)
    assert (material.source, material.target) == ("en", "de")
    assert material.files == 3
    assert all(first.startswith("The") and second.startswith("Der") for first, second in material.rows)
    assert read(Purpose.TRANSLATE, tmp_path, target="en").rows[0] == PAIRS[0][::-1]


def test_a_table_in_other_languages_is_left_out_by_name(tmp_path):
    french = [
        (first, second.replace("Der", "Le").replace("ist heute zu Hause", "est à la maison")) for first, second in PAIRS
    ]
    write(tmp_path, a_tsv=table(PAIRS), b_tsv=table(french))
    material = read(Purpose.TRANSLATE, tmp_path)
    assert material.files == 1
    assert "b.tsv" in material.skipped[0]


def test_titles_come_from_tables_and_from_headings(tmp_path):
    write(
        tmp_path, a_tsv=table((f"It is about {word}. " * 3, word) for word in WORDS), b_md="# The sea\n\nIt was wide."
    )
    material = read(Purpose.TITLES, tmp_path)
    assert ("It was wide.", "The sea") in material.rows
    assert len(material.rows) == len(WORDS) + 1


def test_sentences_to_vary_are_cut_from_texts(tmp_path):
    lines = [f"The {first} went to the {second} again. Why?" for first in WORDS for second in WORDS[:3]]
    (tmp_path / "a.txt.xz").write_bytes(lzma.compress("\n\n".join(lines).encode()))
    material = read(Purpose.VARY, tmp_path)
    assert material.documents[0] == "The born went to the born again."
    assert "Why?" not in material.documents


def test_masking_is_counted(tmp_path):
    write(tmp_path, a_txt=STORY + "\nWrite to ada@example.org.")
    material = read(Purpose.CONTINUE, tmp_path, mask=True)
    assert material.masked == 1
    assert material.documents[0].endswith("[EMAIL].")


@pytest.mark.parametrize(
    ("purpose", "files", "sentence"),
    [
        (Purpose.CONTINUE, {"a_txt": "Two sentences. That is all."}, "too little.*5 words"),
        (Purpose.CONTINUE, {}, "holds no text"),
        (Purpose.CONTINUE, {"a_txt": STORY.encode() + b"\xe9t\xe9"}, "a.txt was left out"),
        (Purpose.TRANSLATE, {"a_tsv": "Hello.\tHallo.\n" * 60}, r"1 pair, .*counts once \(left out: 59\)"),
        (Purpose.TRANSLATE, {"a_txt": STORY}, "learns from pairs"),
        (Purpose.TRANSLATE, {"a_csv": "a,b,c\n1,2,3\n"}, "3 columns"),
        (Purpose.TRANSLATE, {"a_tmx": '<!DOCTYPE t [<!ENTITY a "b">]><tmx>&a;</tmx>'}, "entities"),
        (Purpose.TITLES, {"a_txt": STORY}, "does not begin with a title"),
        (Purpose.VARY, {"a_tmx": "<tmx/>"}, "teaches to translate"),
    ],
)
def test_garbage_is_one_sentence(tmp_path, purpose, files, sentence):
    write(tmp_path, **files)
    with pytest.raises(InputError, match=sentence) as raised:
        read(purpose, tmp_path)
    assert "\n" not in str(raised.value)
