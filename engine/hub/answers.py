"""What the hub answers, as plain facts: nothing of it is taken for what it should be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huggingface_hub.hf_api import ModelInfo, RepoSibling

from engine.events import ModelFound
from engine.hub.files import HubFile, checked_file
from engine.hub.names import is_repo


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository at one commit: what the hub says of it, "" or 0 where it does not, and its files."""

    repo: str
    commit: str
    task: str
    licence: str
    languages: tuple[str, ...]
    gated: bool
    parameters: int
    files: tuple[HubFile, ...]


def repository_of(info: ModelInfo, revision: str) -> Repository:
    """Return what a hub says of a model as of `revision`. Raises ValueError, TypeError and the like for odd answers."""
    return Repository(
        repo=_repo(info.id),
        commit=_text(info.sha) or revision,
        task=_text(info.pipeline_tag),
        licence=_licence_of(info),
        languages=tuple(_languages_of(info)),
        gated=bool(info.gated),
        parameters=_number(info.safetensors.total) if info.safetensors else 0,
        files=tuple(_file(each) for each in info.siblings or ()),
    )


def _licence_of(info: ModelInfo) -> str:
    """Return the licence of a model as its tags name it, "" where they do not."""
    return next((tag.removeprefix("license:") for tag in info.tags or () if tag.startswith("license:")), "")


def _languages_of(info: ModelInfo) -> list[str]:
    """Return the codes of the languages that a card names."""
    named = (info.card_data or {}).get("language") or []
    return [str(code) for code in ([named] if isinstance(named, str) else named)]


def found_of(info: ModelInfo) -> ModelFound:
    """Return what a search found. Raises ValueError, TypeError and the like for odd answers."""
    parameters = info.safetensors.parameters if info.safetensors else {}
    return ModelFound(
        repo=_repo(info.id),
        task=_text(info.pipeline_tag),
        licence=_licence_of(info),
        size_bytes=sum(_number(count) * _bytes_of(dtype) for dtype, count in parameters.items()),
        downloads=_number(info.downloads),
        gated=bool(info.gated),
        updated=info.last_modified.date().isoformat() if info.last_modified else "",
    )


def _bytes_of(dtype: str) -> int:
    """Return the bytes of one weight, "BF16" for instance."""
    return max(1, int("".join(filter(str.isdigit, dtype.split("_")[0])) or 8) // 8)


def _file(sibling: RepoSibling) -> HubFile:
    large = sibling.lfs
    blob = "" if large else sibling.blob_id or ""
    return checked_file(sibling.rfilename, sibling.size or 0, large.sha256 if large else "", blob)


def _repo(value: Any) -> str:
    if not is_repo(value):
        raise ValueError(f"{value!r} is no repository")
    return value


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
