"""Pairs of texts in TSV and CSV files. Torch-free."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from engine.errors import InputError, SettingsError
from engine.languages import parse_language

Pair = tuple[str, str]

_SAMPLE = 50  # rows looked at to find the delimiter and the header
_TEXTS = {"source", "src", "text", "body", "article", "document", "abstract", "content", "input", "original"}
_ANSWERS = {"target", "tgt", "title", "headline", "summary", "subject", "translation", "output"}


@dataclass(frozen=True, slots=True)
class Table:
    """Pairs in file order. `languages` are those that a header names, "" each where it does not.

    `odd` counts rows left out for having other columns or an empty one, `first_odd` is the line of the first.
    """

    pairs: list[Pair]
    languages: tuple[str, str] = ("", "")
    odd: int = 0
    first_odd: int = 0


def read_table(name: str, text: str, delimiter: str = "", languages: tuple[str, str] = ("", "")) -> Table:
    """Return the pairs in the table `text`: two columns, or two of several that a header names.

    The delimiter is found unless given. `languages` chooses columns named by languages ("" takes the first two).
    Raises InputError, with `name`, for a table without two such columns.
    """
    mark = delimiter or _find_delimiter(text)
    rows = _rows(name, text, mark)
    if not rows:
        raise InputError(f"{name} was left out: it is empty.")
    chosen, named = _columns(name, rows, languages)
    body = rows[1:] if named is not None else rows
    width = len(rows[0][1])
    pairs: list[Pair] = []
    odd: list[int] = []
    for line, row in body:
        pair = (row[chosen[0]].strip(), row[chosen[1]].strip()) if len(row) == width else ("", "")
        if all(pair):
            pairs.append(pair)
        else:
            odd.append(line)
    if len(odd) > len(pairs):
        raise InputError(f"{name} was left out: line {odd[0]} does not have the {width} columns of the first line.")
    return Table(pairs, named or ("", ""), len(odd), odd[0] if odd else 0)


def _rows(name: str, text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """Return (line number, cells) of the rows that are not blank."""
    if delimiter == "\t":  # quotes are ordinary characters there
        lines = enumerate(text.split("\n"), start=1)
        return [(number, line.split("\t")) for number, line in lines if line.strip()]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                rows.append((reader.line_num, row))
    except csv.Error as error:
        raise InputError(f"{name} was left out: line {reader.line_num} is no CSV ({error}).") from error
    return rows


def _find_delimiter(text: str) -> str:
    """Return the mark that cuts the first rows into the same number of columns, two or more."""
    head = "\n".join(text.split("\n", _SAMPLE)[:_SAMPLE])
    best, best_share = ",", 0.0
    for mark in ("\t", ";", ",", "|"):
        try:
            widths = [len(row) for row in csv.reader(io.StringIO(head, newline=""), delimiter=mark) if row]
        except csv.Error:
            continue
        share = widths.count(widths[0]) / len(widths) if widths and widths[0] > 1 else 0.0
        if share > best_share:
            best, best_share = mark, share
    return best


def _columns(
    name: str, rows: list[tuple[int, list[str]]], languages: tuple[str, str]
) -> tuple[tuple[int, int], tuple[str, str] | None]:
    """Return the two columns, and the languages that the header gives them (None: there is no header)."""
    header = [cell.strip().casefold() for cell in rows[0][1]]
    codes = [_language(cell) for cell in header]
    named = [index for index, code in enumerate(codes) if code]
    if len(named) >= 2:
        return _language_columns(name, codes, named, languages)
    first = next((index for index, cell in enumerate(header) if cell in _TEXTS), None)
    second = next((index for index, cell in enumerate(header) if cell in _ANSWERS), None)
    if first is not None and second is not None:
        return (first, second), ("", "")
    if len(header) == 2:
        return (0, 1), ("", "") if header[0] in _TEXTS | _ANSWERS or header[1] in _TEXTS | _ANSWERS else None
    raise InputError(
        f"{name} was left out: it has {len(header)} column{'s' * (len(header) != 1)} where two are needed "
        '(source and target, or text and title), or a first line that names them, such as "en" and "de".'
    )


def _language_columns(
    name: str, codes: list[str], named: list[int], languages: tuple[str, str]
) -> tuple[tuple[int, int], tuple[str, str]]:
    wanted = [codes.index(code) if code and code in codes else None for code in languages]
    for code, place in zip(languages, wanted, strict=True):
        if code and place is None:
            raise InputError(f'{name} was left out: its first line names no column "{code}".')
    first = wanted[0] if wanted[0] is not None else next(index for index in named if index != wanted[1])
    second = wanted[1] if wanted[1] is not None else next(index for index in named if index != first)
    return (first, second), (codes[first], codes[second])


def _language(cell: str) -> str:
    if not cell or len(cell) > 25:
        return ""
    try:
        return parse_language(cell)
    except SettingsError:
        return ""
