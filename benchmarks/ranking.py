"""Whether a discriminator ranks better than likelihood: `python -m benchmarks.ranking MODEL OUT TEXTS [--seconds N]`.

MODEL is copied to OUT, where its discriminator is trained; TEXTS is a file of documents, blank lines between them,
that the model has not read. The held-out figures are printed and kept in OUT/discriminator/config.json.
"""

from __future__ import annotations

import argparse
import itertools
import lzma
import shutil
from collections.abc import Iterator
from pathlib import Path

from engine.environment import prepare_environment
from engine.events import Result, TrainingReport

_TEXTS = 400  # documents that are read


def read_documents(path: Path) -> Iterator[str]:
    """Yield the documents of a file; `.xz` is unpacked."""
    with (lzma.open if path.suffix == ".xz" else open)(path, "rt", encoding="utf-8") as file:
        document: list[str] = []
        for line in file:
            if line.strip():
                document.append(line)
            elif document:
                yield "".join(document)
                document = []
        if document:
            yield "".join(document)


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="folder of a language model")
    parser.add_argument("out", type=Path, help="folder for its copy with a discriminator")
    parser.add_argument("texts", type=Path, help="documents of people")
    parser.add_argument("--seconds", type=float, default=300.0, help="time for writing and learning (default: 300)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    prepare_environment()
    from engine.training.discriminating import train_discriminator

    shutil.copytree(options.model, options.out, dirs_exist_ok=True)
    texts = list(itertools.islice(read_documents(options.texts), _TEXTS))
    for event in train_discriminator(options.out, texts, options.seconds, options.seed):
        if isinstance(event, TrainingReport):
            print(f"epoch {event.step}: validation loss {event.validation_loss:.3f}", flush=True)
        elif isinstance(event, Result):
            print("  ".join(f"{name} {value:.3f}" for name, value in event.values.items()))


if __name__ == "__main__":
    main()
