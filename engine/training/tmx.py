"""Translation memories (TMX 1.4b): their segments by language, read as a stream. Torch-free."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from engine.errors import InputError
from engine.training.tables import Pair

_LANGUAGE = ("{http://www.w3.org/XML/1998/namespace}lang", "lang")
_CODES = {"bpt", "ept", "it", "ph", "ut"}  # elements that hold codes of the original format, no text
_NO_MEMORY = "{name} was left out: it is no translation memory (TMX)."


@dataclass(frozen=True, slots=True)
class Memory:
    """Units as language code to segment, in file order; `source` is the language its header names, or "".

    Codes are without their region ("en-US" is "en"). `truncated` tells that the file breaks off.
    """

    units: list[dict[str, str]]
    source: str = ""
    truncated: bool = False


def read_memory(name: str, data: bytes, *, cut: bool = False) -> Memory:
    """Return the units of the TMX in `data`, of which `cut` tells that it breaks off on purpose.

    Raises InputError, with `name`, for entities (which can grow without bound or name other files) and for what
    is no TMX at all. A file damaged on its way keeps the units before the damage, as does one whose segments hold
    more elements in each other than any program writes.
    """
    units: list[dict[str, str]] = []
    source, root = "", None
    try:
        for event, element in iterparse(io.BytesIO(data), events=("start", "end"), forbid_entities=True):
            if root is None:
                root = _root(name, element)
            if event == "end" and element.tag == "header":
                source = _code(element.get("srclang", ""))
            elif event == "end" and element.tag == "tu":
                units.append(_unit(element))
                element.clear()
    except DefusedXmlException as error:
        raise InputError(f"{name} was left out: it declares entities, which no translation memory needs.") from error
    except (ParseError, ValueError, LookupError, RecursionError) as error:
        if not units:
            raise InputError(_NO_MEMORY.format(name=name)) from error
        return Memory(units, source, truncated=not cut)
    return Memory(units, source)


def memory_languages(memory: Memory, wanted: tuple[str, str] = ("", "")) -> tuple[str, str]:
    """Return (source, target) codes: those `wanted`, else the header's source and the commonest others; "" if none."""
    counts = Counter(code for unit in memory.units for code in unit)
    common = [code for code, _ in counts.most_common()]
    source, target = wanted
    preferred = [memory.source, *common]
    source = source or next((code for code in preferred if code in counts and code != target), "")
    target = target or next((code for code in common if code != source), "")
    return source, target


def memory_pairs(memory: Memory, source: str, target: str) -> list[Pair]:
    """Return the units that have both languages, as (source, target) segments."""
    return [(unit[source], unit[target]) for unit in memory.units if unit.get(source, "") and unit.get(target, "")]


def _root(name: str, element: Element) -> Element:
    if element.tag != "tmx":
        raise InputError(_NO_MEMORY.format(name=name))
    return element


def _unit(unit: Element) -> dict[str, str]:
    segments: dict[str, str] = {}
    for variant in unit.iter("tuv"):
        language = _code(next((variant.get(name, "") for name in _LANGUAGE if variant.get(name)), ""))
        segment = variant.find("seg")
        if language and segment is not None:
            segments.setdefault(language, " ".join(_text(segment).split()))
    return segments


def _text(element: Any) -> str:
    inner = "".join(("" if child.tag in _CODES else _text(child)) + (child.tail or "") for child in element)
    return (element.text or "") + inner


def _code(language: str) -> str:
    code = language.replace("_", "-").split("-")[0].strip().casefold()
    return "" if code == "*all*" else code
