"""What a training learns from: the writer's files, read, cleaned of duplicates, masked and counted. Torch-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from dataclasses import dataclass, field
from pathlib import Path

from engine.errors import InputError
from engine.events import Progress
from engine.languages import parse_language
from engine.purposes import Purpose, TrainingRequest
from engine.text.language import detect_language
from engine.text.segmentation import split_sentences
from engine.text.words import count_words
from engine.training.duplicates import find_duplicates
from engine.training.markdown import split_title, strip_markdown
from engine.training.masking import mask_texts
from engine.training.reading import LIMIT, file_kind, list_files, read_bytes, read_text
from engine.training.tables import Pair, read_table
from engine.training.tmx import memory_languages, memory_pairs, read_memory

_TOTAL_LIMIT = 200_000_000  # bytes of all files together
_JUDGED = 40  # texts of a file looked at to tell their languages
_EXAMPLES = 3
_EXAMPLE_LENGTH = 200
_SENTENCE = range(2, 41)  # words of a sentence to vary
_LEAST = {Purpose.CONTINUE: 200, Purpose.TRANSLATE: 40, Purpose.TITLES: 40, Purpose.VARY: 100}
_UNITS = {
    Purpose.CONTINUE: ("word", "words"),
    Purpose.TRANSLATE: ("pair", "pairs"),
    Purpose.TITLES: ("text with a title", "texts with titles"),
    Purpose.VARY: ("sentence", "sentences"),
}


@dataclass(slots=True)
class Material:
    """Texts to learn from. Rows are (source, target) or (text, title); documents and sentences are ("", text).

    `source` and `target` are the languages of a translator's rows, `languages` counts texts by language, `skipped`
    are sentences for the writer, `masked` counts what was hidden.
    """

    rows: list[Pair] = field(default_factory=list)
    files: int = 0
    duplicates: int = 0
    masked: int = 0
    source: str = ""
    target: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    skipped: list[str] = field(default_factory=list)

    @property
    def documents(self) -> list[str]:
        """The second texts of the rows."""
        return [text for _, text in self.rows]

    @property
    def words(self) -> int:
        """Words of all texts together."""
        return sum(count_words(text) for row in self.rows for text in row if text)

    def examples(self) -> list[str]:
        """Return the beginnings of a few texts, evenly spread."""
        chosen = self.rows[:: max(1, len(self.rows) // _EXAMPLES)][:_EXAMPLES]
        return [" → ".join(_shorten(text) for text in row if text) for row in chosen]


def read_material(request: TrainingRequest) -> Generator[Progress, None, Material]:
    """Read the request's files as its purpose needs them.

    Raises InputError where nothing, or too little, is left, SettingsError for a language that is not known.
    """
    source, target = (parse_language(name) if name else "" for name in (request.source, request.target))
    material = Material(source=source, target=target)
    paths, material.skipped = list_files(request.files)
    room = _TOTAL_LIMIT
    for number, path in enumerate(paths):
        yield Progress(number, len(paths), "files", f"reading {path.name}")
        if room <= 0:
            material.skipped.append(f"{path.name} was left out: more than {_TOTAL_LIMIT / 1e6:,.0f} MB were chosen.")
            continue
        try:
            room -= _read_file(path, request, material)
            material.files += 1
        except InputError as error:
            material.skipped.append(str(error))
    left_out = yield from find_duplicates([" \t ".join(row) for row in material.rows])
    material.rows = [row for index, row in enumerate(material.rows) if index not in left_out]
    material.duplicates += len(left_out)
    if request.mask:
        yield Progress(0, 0, "texts", "hiding names and numbers")
        material.rows, material.masked = mask_texts(material.rows, set(material.languages))
    _check_amount(request.purpose, material)
    return material


def _read_file(path: Path, request: TrainingRequest, material: Material) -> int:
    """Add what `path` holds to `material`; return its size in bytes."""
    kind = file_kind(path)
    pairs_wanted = request.purpose in (Purpose.TRANSLATE, Purpose.TITLES)
    if kind == ".tmx":
        if request.purpose is not Purpose.TRANSLATE:
            raise InputError(f"{path.name} was left out: a translation memory teaches to translate, nothing else.")
        return _add_memory(path, material)
    if kind in (".tsv", ".csv"):
        if not pairs_wanted:
            raise InputError(f"{path.name} was left out: it is a table, and this needs running text (txt or md).")
        return _add_table(path, request, material)
    if request.purpose is Purpose.TRANSLATE:
        raise InputError(f"{path.name} was left out: a translator learns from pairs, in a TSV, CSV or TMX file.")
    return _add_text(path, request.purpose, material)


def _add_memory(path: Path, material: Material) -> int:
    raw = read_bytes(path)
    memory = read_memory(path.name, raw.data, cut=raw.cut)
    source, target = memory_languages(memory, (material.source, material.target))
    pairs = memory_pairs(memory, source, target)
    if not pairs:
        have = ", ".join(sorted({code for unit in memory.units for code in unit})) or "none"
        raise InputError(
            f"{path.name} was left out: it holds no segments from {source or 'one language'} to {target or 'another'} "
            f"(its languages: {have})."
        )
    if raw.cut or memory.truncated:
        how = f"only the first {LIMIT / 1e6:,.0f} MB were read" if raw.cut else "the end is damaged and was left out"
        material.skipped.append(f"Of {path.name} {how}.")
    material.source, material.target = source, target
    _add_pairs(pairs, (source, target), material)
    return len(raw.data)


def _add_table(path: Path, request: TrainingRequest, material: Material) -> int:
    read = read_text(path)
    wanted = (material.source, material.target) if request.purpose is Purpose.TRANSLATE else ("", "")
    delimiter = "\t" if file_kind(path) == ".tsv" else ""
    table = read_table(path.name, read.text, delimiter, wanted)
    if read.left_out:
        material.skipped.append(read.left_out)
    if table.odd:
        material.skipped.append(
            f"In {path.name} {table.odd:,} lines have other columns or an empty one and were left out, "
            f"the first of them line {table.first_odd}."
        )
    pairs, languages = table.pairs, table.languages
    if request.purpose is Purpose.TRANSLATE:
        languages = languages if all(languages) else _judge(pairs)
        pairs, languages = _oriented(path.name, pairs, languages, material)
    _add_pairs(pairs, languages, material)
    return len(read.text)


def _oriented(
    name: str, pairs: list[Pair], languages: tuple[str, str], material: Material
) -> tuple[list[Pair], tuple[str, str]]:
    """Turn the pairs so that they go from the material's source to its target, which the first file may decide."""
    source, target = material.source or languages[0], material.target or languages[1]
    if source == target:  # one of them was asked for and stands in the other column
        source, target = (languages[1], target) if material.target else (source, languages[0])
    if (languages[1], languages[0]) == (source, target) and source != target:
        pairs, languages = [(second, first) for first, second in pairs], (source, target)
    elif set(languages) - {source, target, ""}:
        raise InputError(f"{name} was left out: it seems to hold {' and '.join(languages)}, not {source} and {target}.")
    material.source, material.target = source, target
    return pairs, languages


def _add_text(path: Path, purpose: Purpose, material: Material) -> int:
    read = read_text(path)
    if read.left_out:
        material.skipped.append(read.left_out)
    title, text = split_title(read.text) if purpose is Purpose.TITLES else ("", read.text)
    text = (strip_markdown(text) if file_kind(path) in (".md", ".markdown") else text).strip()
    if not text:
        raise InputError(f"{path.name} was left out: it is empty.")
    language = detect_language(text)
    if purpose is Purpose.CONTINUE:
        material.rows.append(("", text))
        material.languages[language] += 1
    elif purpose is Purpose.VARY:
        sentences = [sentence.text for sentence in split_sentences(text, language)]
        kept = [" ".join(text.split()) for text in sentences if count_words(text) in _SENTENCE]
        material.rows += [("", sentence) for sentence in kept]
        material.languages[language] += len(kept)
    elif title:
        material.rows.append((text, title))
        material.languages[language] += 1
    else:
        raise InputError(f"{path.name} was left out: it does not begin with a title (# ...) to learn.")
    return len(read.text)


def _add_pairs(pairs: list[Pair], languages: tuple[str, str], material: Material) -> None:
    material.rows += [(" ".join(first.split()), " ".join(second.split())) for first, second in pairs]
    for language in languages if all(languages) else _judge(pairs)[:1]:
        material.languages[language] += len(pairs)


def _judge(pairs: list[Pair]) -> tuple[str, str]:
    """Return the languages that most of a sample of `pairs` look like, first and second side."""
    sample = pairs[:: max(1, len(pairs) // _JUDGED)][:_JUDGED]
    sides = [Counter(detect_language(row[side]) for row in sample).most_common(1) for side in (0, 1)]
    return (sides[0][0][0] if sides[0] else "", sides[1][0][0] if sides[1] else "")


def _check_amount(purpose: Purpose, material: Material) -> None:
    amount = material.words if purpose is Purpose.CONTINUE else len(material.rows)
    least = _LEAST[purpose]
    if amount < least:
        unit = _UNITS[purpose][amount != 1]
        parts = [f"There is too little to learn from: {amount} {unit}, and at least {least} are needed."]
        if material.duplicates:
            parts.append(f"What occurs more than once counts once (left out: {material.duplicates:,}).")
        raise InputError(" ".join([*parts, *material.skipped[:3]]))


def _shorten(text: str) -> str:
    line = " ".join(text[: 2 * _EXAMPLE_LENGTH].split())
    return line if len(line) <= _EXAMPLE_LENGTH else line[:_EXAMPLE_LENGTH].rstrip() + " …"
