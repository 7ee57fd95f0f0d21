"""What a model without a card is for, as its configuration tells. Torch-free."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from engine.card import ModelCard
from engine.language_tags import read_tags
from engine.model_files import read_json
from engine.modes import CHAT_TASKS, Mode


def guess_card(folder: Path, config: dict[str, Any]) -> ModelCard:
    """Return a card for the model in `folder`, whose `config.json` holds `config`, under the folder's name.

    Raises ModelError where its other files are damaged.
    """
    tags = read_tags(folder, config)
    if tags is not None:
        return ModelCard(folder.name, (Mode.TRANSLATE.value,), tags.languages)
    if config.get("is_encoder_decoder"):
        return ModelCard(folder.name, (Mode.TRANSLATE.value, Mode.SUMMARISE.value))
    return ModelCard(folder.name, CHAT_TASKS if _has_chat_template(folder) else (Mode.WRITE.value,))


def _has_chat_template(folder: Path) -> bool:
    if (folder / "chat_template.jinja").is_file():
        return True
    path = folder / "tokenizer_config.json"
    return path.is_file() and bool(read_json(path).get("chat_template"))
