"""How Penwright ends."""

import os
import subprocess
import sys
from pathlib import Path


def test_what_was_copied_stays_and_the_process_ends_well():
    script = Path(__file__).with_name("copy_and_quit.py")
    environment = {**os.environ, "PYTHONPATH": str(script.parents[2]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, check=False)
    assert (done.returncode, done.stdout.decode()) == (0, "a\u00a0b"), done.stderr.decode()
