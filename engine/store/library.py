"""The journals of all documents: where each lies, which file it belongs to, and what waits to be saved. Torch-free.

Beside every database lies a card, a small JSON file that can be read while another window holds the database.
"""

from __future__ import annotations

import contextlib
import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path

from engine.errors import StorageError
from engine.store.database import JournalLockedError, check_free

_FILES = (".db", ".db-wal", ".db-journal", ".json")  # without its database a card counts for nothing


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a document without opening its journal.

    `path` is "" for a text without a file, `title` then its first words; `encoding` is "" where a file says by itself
    which it has. `unsaved` errs on the side of yes.
    A document that was `put_away` was closed by the writer, and is not opened again unasked.
    """

    identity: str
    path: str = ""
    title: str = ""
    encoding: str = ""
    unsaved: bool = False
    put_away: bool = False
    private: bool = False

    @property
    def waits(self) -> bool:
        """Tell whether there is unsaved text that the writer did not close."""
        return self.unsaved and not self.put_away


class Library:
    """Find journals in `folder` and keep their cards. Each card is written by whoever holds its journal."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new_identity(self) -> str:
        """Return a name that no journal has."""
        return uuid.uuid4().hex

    def database(self, identity: str) -> Path:
        """Return where a journal lies, or would."""
        return self.folder / f"{identity}.db"

    def size(self, identity: str) -> int:
        """Return the bytes that a journal takes."""
        paths = (self.folder / f"{identity}{suffix}" for suffix in _FILES)
        return sum(path.stat().st_size for path in paths if path.exists())

    def cards(self) -> list[Card]:
        """Return the cards of all journals, the latest written last; one that cannot be read is as good as empty."""
        found = []
        for path in self.folder.glob("*.db"):
            with contextlib.suppress(OSError):
                found.append((path.stat().st_mtime_ns, self.card(path.stem)))
        return [card for _, card in sorted(found, key=lambda pair: pair[0])]

    def card(self, identity: str) -> Card:
        """Return the card of a journal. Where it is damaged, the text counts as unsaved."""
        try:
            values = json.loads((self.folder / f"{identity}.json").read_text(encoding="utf-8"))
            return Card(**{**values, "identity": identity})
        except (OSError, ValueError, TypeError):
            return Card(identity, unsaved=True)

    def find(self, path: Path) -> Card | None:
        """Return the card of the journal that belongs to the file at `path`: of several one that has unsaved text.

        A file may be replaced by the text of another document; then two journals bear its name, and times may mislead.
        """
        return self.by_path().get(str(path.resolve()))

    def by_path(self) -> dict[str, Card]:
        """Return the card of each file, as `find` does."""
        found: dict[str, Card] = {}
        for card in self.cards():
            before = found.get(card.path)
            if card.path and (before is None or not before.waits or card.waits):
                found[card.path] = card
        return found

    def put(self, card: Card) -> None:
        """Keep a card, all or nothing. Raises StorageError."""
        part = self.folder / f"{card.identity}.{os.getpid()}.part"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(card), ensure_ascii=False), encoding="utf-8")
            part.chmod(0o600)
            part.replace(self.folder / f"{card.identity}.json")
        except OSError as error:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            raise StorageError(f"{self.folder} cannot be written ({error.strerror}): free some space.") from error

    def is_free(self, identity: str) -> bool:
        """Tell whether no window has the document."""
        try:
            check_free(self.database(identity))
        except JournalLockedError:
            return False
        except StorageError:
            pass  # whoever opens it will hear of it
        return True

    def forget(self, identity: str) -> None:
        """Delete a journal and its card. Raises JournalLockedError where a window has it, StorageError otherwise."""
        if self.database(identity).exists():
            check_free(self.database(identity))
        try:
            for suffix in _FILES:
                (self.folder / f"{identity}{suffix}").unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(f"{error.filename} cannot be deleted: {error.strerror}.") from error
