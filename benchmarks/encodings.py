"""How often the encoding of a file is known, guessed and asked for.

    python -m benchmarks.encodings --data DATA [--text zh-hant FILE] [--text ja FILE] [--parts 40]

DATA is the folder of evaluation texts (English, German, French, Spanish, simplified Chinese). Parts of 200 bytes to
20 kB of each text, from random places, are written in each encoding that such a text is found in, without a byte order
mark, and opened as the window opens them. A part that an encoding cannot hold is passed over.
"""

from __future__ import annotations

import argparse
import lzma
import random
import tempfile
from collections import Counter
from pathlib import Path

from engine.errors import InputError
from engine.text.documents import EncodingError, read_document

SIZES = (200, 1_000, 5_000, 20_000)  # bytes
UNICODE = ("utf-8", "utf-16-le", "utf-16-be")
LATIN = (*UNICODE, "windows-1252", "iso-8859-1", "iso-8859-15")
FOUND_IN = {
    "en": LATIN,
    "de": LATIN,
    "fr": LATIN,
    "es": LATIN,
    "zh": (*UNICODE, "gb18030"),
    "zh-hant": (*UNICODE, "gb18030", "big5"),
    "ja": (*UNICODE, "shift_jis"),
}
COLUMNS = ("known", "asked, first right", "asked, first wrong", "refused", "garbled")


def texts_in(data: Path) -> dict[str, str]:
    """Return running texts by language."""
    texts = {"en": _unpacked(data / "lm" / "gutenberg_heldout_books.txt.xz")}
    for language in ("de", "fr", "es"):
        lines = _unpacked(data / "translation" / f"ntrex128.en-{language}.tsv.xz").splitlines()
        texts[language] = "\n".join(line.split("\t")[1] for line in lines if "\t" in line)
    texts["zh"] = _unpacked(data / "lm" / "zh_heldout_republican_pd_worldwide.txt.xz")
    return texts


def part_of(text: str, encoding: str, size: int, draw: random.Random) -> tuple[str, bytes] | None:
    """Return a part of about `size` bytes and what it is in this encoding; None where that lacks one of its letters."""
    start = draw.randrange(max(1, len(text) - size))
    part = text[start : start + size]
    try:
        while len(part.encode(encoding)) > size:
            part = part[: max(1, len(part) * size // len(part.encode(encoding)))]
        return part, part.encode(encoding)
    except UnicodeEncodeError:
        return None


def outcome(path: Path, part: str, data: bytes) -> str:
    """Return what becomes of a file with this content."""
    path.write_bytes(data)
    shown = part.replace("\r\n", "\n")
    try:
        return "known" if read_document(path).text == shown else "garbled"
    except EncodingError as error:
        if not error.encodings:
            return "refused"
        return f"asked, first {'right' if data.decode(error.encodings[0]) == part else 'wrong'}"
    except InputError:
        return "refused"


def _unpacked(path: Path) -> str:
    return lzma.open(path).read().decode().replace("\r\n", "\n").replace("\r", "\n")


def main() -> None:
    """Print a table of what became of how many parts."""
    parser = argparse.ArgumentParser(description="Open texts in many encodings.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--text", nargs=2, action="append", default=[], metavar=("LANGUAGE", "FILE"))
    parser.add_argument("--parts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    texts = texts_in(options.data) | {language: Path(file).read_text("utf-8") for language, file in options.text}
    draw, total = random.Random(options.seed), Counter[str]()
    print(f"| text | encoding | bytes | {' | '.join(COLUMNS)} |\n|{'---|' * (3 + len(COLUMNS))}")
    with tempfile.TemporaryDirectory() as folder:
        for language, text in texts.items():
            for encoding in FOUND_IN[language]:
                for size in SIZES:
                    counts = Counter[str]()
                    for _ in range(options.parts):
                        drawn = part_of(text, encoding, size, draw)
                        if drawn is not None:
                            counts[outcome(Path(folder) / "text.txt", *drawn)] += 1
                    total += counts
                    numbers = " | ".join(str(counts[column] or "") for column in COLUMNS)
                    print(f"| {language} | {encoding} | {size:,} | {numbers} |", flush=True)
    numbers = " | ".join(f"{total[column]:,}" for column in COLUMNS)
    print(f"| all | | | {numbers} |")


if __name__ == "__main__":
    main()
