"""Generations in the journal of their document; what was asked for is kept apart, each text once. Torch-free."""

from __future__ import annotations

import json
from typing import Any

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
            record: dict[str, Any] = json.loads(kept)
            lengthen(record, texts)
            found.append(Generation.from_json(key, edit, record))
    return found
