"""Measure the engine process and its client: python -m benchmarks.process [--model FOLDER] [--rounds N].

Prints medians and worst cases in milliseconds for: start until commands are read; loading; stop
during a 2,000-token prompt and while writing; the window's event loop while it is idle, while the model
loads, and while text streams (how late a 4 ms timer fires); news of a killed engine, and its successor.
Without --model it builds a Llama of 30M random weights (384 wide, 8 layers, vocabulary 16k).
Run it on a quiet machine: the engine runs at nice 10 and gives way to anything else; the load is printed.
"""

from __future__ import annotations

import argparse
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop, QTimer

from benchmarks.lateness import lateness
from engine.events import Finished, Progress, TextChunk
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.protocol import Ready, Run, Stop, Warm
from gui.engine_client import EngineClient
from tests.engine.engine_process import EngineProcess, engine_process
from tests.engine.tiny_models import SENTENCES

GOLDEN = 0.618034  # its multiples are spread evenly over [0, 1)
PROMPT = 58  # sentences, some 2,000 tokens


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, help="folder of a causal model with a window of 4,096 tokens")
    parser.add_argument("--rounds", type=int, default=10)
    options = parser.parse_args()
    print(f"cores {os.cpu_count()}, load {os.getloadavg()[0]:.2f}, rounds {options.rounds}")
    with tempfile.TemporaryDirectory() as folder:
        model = str(options.model or build_model(Path(folder)))
        measure_service(model, options.rounds)
        measure_client(model, options.rounds)


def build_model(folder: Path) -> Path:
    """Write the model of random weights into `folder`."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    from tests.engine.tiny_models import tiny_causal

    tiny_causal(folder, "llama")  # for its tokenizer; the weights are replaced
    config = LlamaConfig(
        vocab_size=16_000,
        hidden_size=384,
        intermediate_size=1024,
        num_hidden_layers=8,
        num_attention_heads=6,
        max_position_embeddings=4096,
        bos_token_id=1,
        eos_token_id=2,
        pad_token_id=0,
    )
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def story(model: str, number: int, sentences: int) -> Request:
    """Return a job without end; its prompt begins with `number`, so that no earlier prompt can be reused."""
    params = SamplingParams(max_new_tokens=1_000_000, temperature=2, seed=1)
    return Request(Mode.WRITE, f"{number}. " + SENTENCES[0] * sentences, params, model, raw=True)


def measure_service(model: str, rounds: int) -> None:
    """Measure at the pipe, without a window."""
    begun = time.perf_counter()
    with engine_process() as engine:
        report("start until ready", [engine.wait_for(Ready) - begun])
        asked = engine.send(Warm(1, Mode.WRITE, model))
        report("load torch and model", [engine.wait_for(Finished) - asked])
        reading = [stop_after(engine, model, job, PROMPT, Progress) for job in range(2, 2 + rounds)]
        report("stop while a prompt is read", reading)
        writing = [stop_after(engine, model, job, 1, TextChunk) for job in range(100, 100 + rounds)]
        report("stop while writing", writing)


def stop_after(engine: EngineProcess, model: str, job: int, sentences: int, kind: type) -> float:
    """Start a job, stop it somewhere between its second and third event of `kind`; return the seconds until its end."""
    engine.send(Run(job, story(model, job, sentences)))
    first, second = engine.wait_for(kind), engine.wait_for(kind)
    time.sleep(job * GOLDEN % 1 * (second - first))
    asked = engine.send(Stop(job))
    return engine.wait_for(Finished) - asked


def measure_client(model: str, rounds: int) -> None:
    """Measure in a window's event loop."""
    QCoreApplication([])
    client = EngineClient()
    with watched("event loop, idle"):
        wait(1.0)
    with watched("event loop, engine starts and loads"):
        client.start()
        client.warm(Mode.WRITE, model)
        wait_for(client, "event_received", is_end)
    with watched("event loop, text streams"):
        client.text_ready.connect(client.take_text)
        job = client.submit(story(model, 0, 1))
        wait(5.0)
    client.stop(job)
    measure_deaths(client, rounds)
    begun = time.perf_counter()
    client.shutdown()
    report("shutdown", [time.perf_counter() - begun])


def measure_deaths(client: EngineClient, rounds: int) -> None:
    news, ready = [], []
    for _ in range(rounds):
        # A job that ends in between, because three deaths in a row are one too many.
        client.submit(Request(Mode.SUMMARISE, "The old king lived by the sea. He loved it."))
        wait_for(client, "event_received", is_end)
        killed = time.perf_counter()
        os.kill(client.process_id, signal.SIGKILL)
        wait_for(client, "engine_died")
        news.append(time.perf_counter() - killed)
        wait_for(client, "engine_ready")
        ready.append(time.perf_counter() - killed)
    report("news of a killed engine", news)
    report("its successor is ready", ready)


def is_end(_job: int, event: object) -> bool:
    return isinstance(event, Finished)


def wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(int(1000 * seconds), loop.quit)
    loop.exec()


def wait_for(client: EngineClient, name: str, wanted: Callable[..., bool] = lambda *_: True) -> None:
    """Run the event loop until the client's signal `name` comes with arguments that are `wanted`."""
    loop = QEventLoop()

    def on_signal(*arguments: object) -> None:
        if wanted(*arguments):
            loop.quit()

    getattr(client, name).connect(on_signal)
    loop.exec()
    getattr(client, name).disconnect(on_signal)


@contextmanager
def watched(name: str) -> Iterator[None]:
    """Report how late a timer fires meanwhile."""
    with lateness() as late:
        yield
    report(name, late)


def report(name: str, seconds: list[float]) -> None:
    values = sorted(1000 * value for value in seconds)
    line = f"{name:36}  median {statistics.median(values):8.1f}"
    if len(values) > 1:
        line += f"  p99 {values[int(0.99 * (len(values) - 1))]:8.1f}  worst {values[-1]:8.1f}"
    print(f"{line}  ms  (n {len(values)})")


if __name__ == "__main__":
    main()
