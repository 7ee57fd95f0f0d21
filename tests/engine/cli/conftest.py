import io
import sys

import pytest

from engine.cli import main
from tests.engine.tiny_loaded import tiny_folder


@pytest.fixture
def cli(capsys, monkeypatch):
    """Run the command line in this process; return (status, standard output, standard error)."""

    def run(*arguments, standard_input=b""):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(standard_input)))
        capsys.readouterr()  # what the making of models has printed
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as end:  # argparse leaves this way
            status = end.code
        captured = capsys.readouterr()
        return status, captured.out, captured.err

    return run


@pytest.fixture
def llama():
    return tiny_folder("llama")


@pytest.fixture
def marian():
    return tiny_folder("marian")


@pytest.fixture
def story(llama):
    """Arguments of a short and varied continuation."""
    return (
        "write",
        "--device",
        "cpu",
        "--model",
        llama,
        "--max-new-tokens",
        "12",
        "--seed",
        "1",
        "--temperature",
        "1.5",
    )
