"""Files of a project that get another path, with all that is kept under the old one: journals, notes, permissions."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine.errors import StorageError
from engine.store.library import Card
from gui.files import Files
from gui.journals import Journals
from gui.open_document import OpenDocument
from gui.project.project import Project
from gui.settings import Settings
from gui.workspace import Workspace


class Moving(QObject):
    """Move and close what lies below a path of the project."""

    moved = Signal(Path, Path)  # resolved: from where, to where

    def __init__(
        self, project: Project, workspace: Workspace, journals: Journals, files: Files, settings: Settings
    ) -> None:
        super().__init__(project)
        self._project = project
        self._workspace = workspace
        self._journals = journals
        self._files = files
        self._settings = settings

    def move(self, path: str, new: str) -> None:
        """Move a file or folder; its histories and open documents follow. Where that fails, raises StorageError."""
        old_place, new_place = self._project.full(path), self._project.full(new)
        if os.path.lexists(new_place) and not _same(old_place, new_place):
            raise StorageError(self.tr("{0} is there already: choose another name.").format(new))
        if not self.is_free(path):
            raise StorageError(self.tr("{0} is open in another window: close it there first.").format(path))
        cards = self._cards(old_place)
        real_old, real_new = old_place.resolve(), new_place.parent.resolve() / new_place.name
        for card in cards:
            self._journals.library.put(replace(card, path=_followed(card.path, str(real_old), str(real_new))))
        try:
            old_place.rename(new_place)
        except OSError as error:
            for card in cards:
                self._journals.library.put(card)
            raise StorageError(
                self.tr("{0} could not be moved ({1}): it stays where it is.").format(path, error.strerror)
            ) from error
        for opened in self._open(old_place):
            assert opened.path is not None
            self._journals.follow(opened, Path(_followed(str(opened.path), str(old_place), str(new_place))))
        self._settings.follow(str(old_place), str(new_place))
        self.moved.emit(real_old, real_new)

    def is_free(self, path: str) -> bool:
        """Tell whether no other window has anything of `path`."""
        place = self._project.full(path)
        return all(self._journals.library.is_free(card.identity) for card in self._cards(place)) and not any(
            opened.read_only for opened in self._open(place)
        )

    def close_documents(self, path: str) -> bool:
        """Close the open documents of `path`; tell whether the writer let them go."""
        return all(self._files.close(opened) for opened in self._open(self._project.full(path)))

    def _cards(self, place: Path) -> list[Card]:
        """Return the cards of the documents at or below `place` that are not open here."""
        name = str(place.resolve())
        here = self._journals.open_here
        found = (card for card in self._journals.library.cards() if card.identity not in here)
        return [card for card in found if card.path == name or card.path.startswith(name + os.sep)]

    def _open(self, place: Path) -> list[OpenDocument]:
        return [each for each in self._workspace.documents if each.path and each.path.is_relative_to(place)]


def _followed(path: str, old: str, new: str) -> str:
    return new + path[len(old) :] if path == old or path.startswith(old + os.sep) else path


def _same(one: Path, other: Path) -> bool:
    """Tell whether two paths name one file, as they do where case does not count."""
    try:
        return one.samefile(other)
    except OSError:
        return False
