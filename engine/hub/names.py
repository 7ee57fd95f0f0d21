"""The names of repositories, and the folders that are called after them. Torch-free."""

from __future__ import annotations

import re

from engine.errors import ModelError

# As the hub has them (huggingface_hub.utils.validate_repo_id, which would bring the network library): without "--" and
# "..", so that a name can be read off its folder again, and no name is a way out of where its folder lies.
_PART = r"[A-Za-z0-9_]([A-Za-z0-9_.\-]{0,94}[A-Za-z0-9_])?"
_REPO = re.compile(rf"(?!.*(--|\.\.))({_PART}/)?{_PART}")


def is_repo(name: str) -> bool:
    """Tell whether `name` may be a repository's: NAME or OWNER/NAME."""
    return _REPO.fullmatch(name) is not None


def folder_name(repo: str) -> str:
    """Return the name of the folder of `repo`. Raises ModelError where that is no repository's name."""
    if not is_repo(repo):
        raise ModelError(f'"{repo}" is no model of a hub: write OWNER/NAME, as the hub shows it.')
    return repo.replace("/", "--")


def repo_of(folder: str) -> str:
    """Return the repository that a folder is called after, "" for a folder of another kind."""
    repo = folder.replace("--", "/")
    return repo if is_repo(repo) else ""
