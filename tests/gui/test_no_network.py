"""With sockets forbidden in the window and in the engine beside it, all works but what asks the hub or a server."""

import os
import subprocess
import sys
from pathlib import Path

from tests.engine.tiny_models import tiny_causal

ROOT = Path(__file__).resolve().parents[2]
GUARD = """
import os, sys

def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        with open(os.environ["SOCKETS_TRIED"], "a") as file:
            print(event, arguments[-1:], file=file)
        raise PermissionError(f"network call: {event}")

sys.addaudithook(guard)
open(os.environ["GUARDED"], "a").write(" ".join(sys.orig_argv) + "\\n")
"""
DONE = """\
ghosts
translate
headline
key sentences
write
search
timeline
models
import and verify
leave
"""


def test_no_socket_is_opened_unasked(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(GUARD)
    tried, guarded = tmp_path / "tried", tmp_path / "guarded"
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
        "SOCKETS_TRIED": str(tried),
        "GUARDED": str(guarded),
    }
    model, imported = (tiny_causal(tmp_path / name, "llama") for name in ("model", "imported"))
    project = tmp_path / "A novel"
    project.mkdir()
    (project / "Chapter 1.md").write_text("# One\n\nThe keeper climbed the stairs of the lighthouse.\n")
    (project / "Prologue.md").write_text("An old king.\n")
    places = map(str, (model, project, imported, tmp_path / "settings.json"))
    command = [sys.executable, "-m", "tests.gui.offline_writer", *places]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600, cwd=ROOT)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == DONE
    assert "Traceback" not in done.stderr, done.stderr
    stood = guarded.read_text()  # whichever processes stood under the same guard
    assert "engine.service" in stood
    assert "--hub" in stood
    assert not tried.exists(), tried.read_text()
    check = [sys.executable, "-c", "import socket; socket.getaddrinfo('localhost', 80)"]
    assert "PermissionError" in subprocess.run(check, env=environment, capture_output=True, text=True).stderr
