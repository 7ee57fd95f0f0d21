"""Model folders and GGUF files that somebody has tampered with, each made anew from a seed."""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

ABSURD = (0, -1, 1, 10**9, 2**63, -(10**18), 1.5, 1e308, None, True, "", "x" * 1000, [], {}, [[]], "../../etc/passwd")
DEEP = (50, 500, 900, 5000, 100_000)  # lists in lists
CARD = "---\ntitle: A model\ntasks: [write]\nlanguages: [en]\nprompts: {write: 'Write: {text}'}\n---\n\nA card.\n"
ODD_YAML = ("&a [&b [x, x], *b, *b, *b]", "{1: {}}", "2024-01-01", "~", "5", "!!python/name:os.x")
SOURCE = {"repo": "a/b", "commit": "c", "files": [{"path": "config.json", "size": 5, "sha256": "", "blob": ""}]}
LOOPS = "{% for a in range(90000) %}{% for b in range(90000) %}{{ a }}{% endfor %}{% endfor %}"


def mutate(model: Path, folder: Path, seed: int) -> str:
    """Copy `model`, a folder or a file, to `folder` with one or a few faults; return what was done."""
    draw = random.Random(seed)
    if model.is_file():
        folder.mkdir(parents=True)
        target = folder / model.name
        shutil.copy(model, target)
        return _tamper_head(target, draw) if draw.random() < 0.7 else _tamper(target, draw)
    shutil.copytree(model, folder)
    (folder / "card.md").write_text(CARD, encoding="utf-8")
    (folder / "source.json").write_text(json.dumps(SOURCE), encoding="utf-8")
    files = sorted(path for path in folder.iterdir() if path.is_file())
    return "; ".join(_tamper(draw.choice(files), draw) for _ in range(draw.choice((1, 1, 2))))


def _tamper(path: Path, draw: random.Random) -> str:
    if not path.is_file():
        return f"{path.name} was gone"
    if path.suffix == ".json" and draw.random() < 0.6:
        return _tamper_json(path, draw)
    if path.name == "card.md" and draw.random() < 0.7:
        return _tamper_card(path, draw)
    return _tamper_bytes(path, draw)


def _tamper_json(path: Path, draw: random.Random) -> str:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError):  # it has been tampered with
        return _tamper_bytes(path, draw)
    if path.name == "tokenizer_config.json" and draw.random() < 0.3:
        values["chat_template"] = draw.choice((LOOPS, "{{ x.__class__.__mro__ }}", "{% if %}", "{{ messages }}", 5))
        path.write_text(json.dumps(values), encoding="utf-8")
        return f"{path.name}: a chat template"
    holder, key = values, draw.choice(sorted(values)) if values else ""
    while isinstance(holder.get(key), dict) and holder[key] and draw.random() < 0.7:
        holder = holder[key]
        key = draw.choice(sorted(holder))
    kind, deep = draw.random(), draw.choice(DEEP)
    if kind < 0.2:
        holder.pop(key, None)
        change = "removed"
    elif kind < 0.35:
        holder[key] = "@deep@"
        change = f"{deep} lists deep"
    else:
        holder[key] = draw.choice(ABSURD)
        change = repr(holder[key])[:40]
    path.write_text(json.dumps(values).replace('"@deep@"', _nested(deep)), encoding="utf-8")
    return f"{path.name}: {key} {change}"


def _nested(deep: int) -> str:
    return "[" * deep + "]" * deep


def _tamper_card(path: Path, draw: random.Random) -> str:
    """Put something odd in the place of a value in the head, which is YAML, or write in another encoding."""
    if draw.random() < 0.2:
        path.write_bytes(CARD.replace("A model", "Müller").encode("latin-1"))
        return f"{path.name}: Latin-1"
    lines: list[str] = [*CARD.split("\n")]
    place = draw.randrange(1, 5)
    value = draw.choice((*ODD_YAML, _nested(draw.choice(DEEP))))
    lines[place] = f"{lines[place].partition(':')[0]}: {value}"
    path.write_text("\n".join(lines), encoding="utf-8")
    return f"{path.name}: {lines[place][:40]}"


def _tamper_head(path: Path, draw: random.Random) -> str:
    """Change numbers in what a file says of itself, which is short beside its weights and full of lengths."""
    data = bytearray(path.read_bytes())
    places = [
        draw.randrange(min(len(data), draw.choice((64, 1024, 1 << 16))) - 8) for _ in range(draw.choice((1, 1, 3)))
    ]
    for place in places:
        width = draw.choice((1, 4, 8))
        value = draw.choice((0, 1, 2**7, 2**31, 2**62, 2**63, 2**64 - 1, draw.randrange(2**64)))
        data[place : place + width] = value.to_bytes(8, "little")[:width]
    path.write_bytes(data)
    if draw.random() < 0.2:
        os.truncate(path, 300_000_000)  # zeros that take no room, so that large lengths lie within the file
    return f"{path.name}: numbers at {places}, {path.stat().st_size:,} bytes"


def _tamper_bytes(path: Path, draw: random.Random) -> str:
    data = bytearray(path.read_bytes())
    kind = draw.choice(("cut", "flip", "head", "gone", "empty", "longer"))
    match kind:
        case "cut":
            del data[draw.randrange(len(data) + 1) :]
        case "flip":
            for _ in range(draw.randrange(1, 20)):
                if data:
                    data[draw.randrange(len(data))] = draw.randrange(256)
        case "head":
            data[:8] = draw.randbytes(8)
        case "empty":
            data.clear()
        case "longer":
            data += draw.randbytes(100)
    if kind == "gone":
        path.unlink()
    else:
        path.write_bytes(data)
    return f"{path.name}: {kind}"
