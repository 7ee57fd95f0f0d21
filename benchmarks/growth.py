"""How a token's time grows with the context and with the batch: python -m benchmarks.growth [MODEL...] [--rounds N].

Measures ours in two formats and transformers in bfloat16 as `benchmarks.speed` does, prints the medians, and draws
them into --folder (docs/results), two pictures for each model.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from benchmarks.line_plot import Line, line_plot
from benchmarks.measuring import Engine, Samples, gather
from benchmarks.speed_models import MODELS, build

_ENGINES = (("ours", "bfloat16"), ("ours", "int8"), ("transformers", "bfloat16"))
_CONTEXTS = (128, 512, 1024, 2048, 4096, 8192)
_BATCHES = (1, 2, 3, 5, 8, 16)
_NEW = 24


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("models", nargs="*", default=["30m", "0.5b"], choices=list(MODELS), metavar="MODEL")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--most", type=int, default=max(_CONTEXTS), help="tokens of the longest context")
    parser.add_argument("--work", type=Path, default=Path.home() / ".cache" / "penwright-benchmarks")
    parser.add_argument("--folder", type=Path, default=Path("docs/results"))
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    contexts = [context for context in _CONTEXTS if context <= options.most]
    for name in options.models:
        folder = build(options.work, name, options.device)
        kinds = [kind for kind in _ENGINES if options.device == "cpu" or kind[1] == "bfloat16"]
        engines = [Engine(engine, folder, weights, options.device) for engine, weights in kinds]
        by_context = grow(engines, [{"prompt": context, "new": _NEW} for context in contexts], contexts, options.rounds)
        tasks = [{"prompt": 128, "new": _NEW, "variants": batch} for batch in _BATCHES]
        by_batch = grow(engines, tasks, _BATCHES, options.rounds)
        for engine in engines:
            engine.close()
        options.folder.mkdir(parents=True, exist_ok=True)
        place = "" if options.device == "cpu" else f"-{options.device}"
        draw(f"{name}: milliseconds a step", by_context, by_batch, options.folder / f"growth-{name}{place}")


def grow(engines: Sequence[Engine], tasks: Sequence[dict[str, int]], sizes: Sequence[int], rounds: int) -> list[Line]:
    """Return for each engine the milliseconds of a step for each of `tasks`, of the `sizes` given; print them."""
    found: list[Line] = [(f"{engine.name} {engine.weights}", []) for engine in engines]
    for task, size in zip(tasks, sizes, strict=True):
        samples = gather([(engine, task) for engine in engines], "token", rounds)
        for (_, points), one in zip(found, samples, strict=True):
            points.append((size, 1000 * one.median()[0]))
        what = f"batch {size}" if "variants" in task else f"context {size}"
        cells = (f"{name:>22} {words(one)}" for (name, _), one in zip(found, samples, strict=True))
        print(f"  {what:14}" + "".join(cells), flush=True)
    return found


def words(samples: Samples) -> str:
    """Return the median in milliseconds, marked where it is noisy."""
    seconds, noisy = samples.median()
    return f"{1000 * seconds:8.2f} ms{' noisy' if noisy else ''}"


def draw(title: str, by_context: Sequence[Line], by_batch: Sequence[Line], stem: Path) -> None:
    """Draw both growths, a picture each, whose names begin with `stem`."""
    for what, across, lines in (
        ("context", "tokens of context", by_context),
        ("batch", "texts at once, 128 tokens of context", by_batch),
    ):
        path = stem.with_name(f"{stem.name}-{what}.svg")
        path.write_text(line_plot(title, across, lines), encoding="utf-8")
        print(f"  drawn into {path}", flush=True)


if __name__ == "__main__":
    main()
