"""`penwright-cli`: the engine's jobs without a window, for scripts and for measuring.

Exit status: 0 done, 1 with one sentence on standard error, 2 for wrong usage, 130 after
Ctrl+C. What was written until then stays written.
"""

from __future__ import annotations

import io
import os
import sys
import traceback

from engine.cli.parser import build_parser
from engine.environment import prepare_environment
from engine.errors import EngineError
from engine.failures import failure_sentence

_INTERRUPTED = 130


def main(arguments: list[str] | None = None) -> int:
    """Run the command in `arguments` (the process's own by default) and return its exit status."""
    _speak_utf8()
    options = build_parser().parse_args(arguments)
    prepare_environment(network=options.network)  # before anything that reads it is imported
    try:
        options.run(options)
        sys.stdout.flush()
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # The reader has seen enough; closing must not find the broken pipe once more.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the writer gets one sentence, whatever it is
        if not isinstance(error, EngineError) and "PENWRIGHT_DEBUG" in os.environ:
            traceback.print_exc()
        sys.stderr.write(f"penwright-cli: {failure_sentence(error)}\n")
        return 1


def _speak_utf8() -> None:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
