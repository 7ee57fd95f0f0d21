"""Generations in the journal of their document; what was asked for is kept apart, each text once. Torch-free."""

from __future__ import annotations

import json

from engine.errors import SettingsError
from engine.store.generations import Generation
from engine.store.journal import Journal
from engine.store.texts import Texts, lengthen, shorten


def put_generation(journal: Journal, generation: Generation) -> None:
    """Keep a generation as it is now, in place of what was kept of it before. Raises StorageError."""
    record = generation.to_json()
    with journal.writing() as connection:
        shorten(record, Texts(connection))
        connection.execute(
            "INSERT INTO generations (key, edit, at, record) VALUES (?, ?, ?, ?)"
            " ON CONFLICT (key) DO UPDATE SET edit = excluded.edit, record = excluded.record",
            (generation.key, journal.last, journal.clock(), json.dumps(record)),
        )


def generations_of(journal: Journal) -> list[Generation]:
    """Return what models wrote, in the order in which it was asked for.

    Raises JournalDamagedError where a record or a text is not whole, StorageError otherwise.
    """
    found = []
    with journal.reading() as connection:
        if connection is None:
            return []
        texts = Texts(connection)
        for key, edit, kept in connection.execute("SELECT key, edit, record FROM generations ORDER BY number"):
            found.append(_generation(key, edit, kept, texts))
    return found


def _generation(key: str, edit: int, kept: str, texts: Texts) -> Generation:
    """Return the generation of a row. Raises ValueError or zlib.error where it is damaged, and sqlite3.Error."""
    try:
        record = json.loads(kept)
        lengthen(record, texts)
        return Generation.from_json(key, edit, record)
    except (LookupError, TypeError, AttributeError, SettingsError) as error:
        raise ValueError(f"generation {key}: {error!r}") from error
