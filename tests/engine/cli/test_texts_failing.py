"""What goes wrong with commands on texts is one sentence, and an end before the end costs nothing."""

import os
import signal
import subprocess

import pytest

from engine.paths import config_dir
from tests.engine.cli.commands import PROGRAM, PROMPT
from tests.engine.engine_process import ROOT


@pytest.fixture
def damaged(tmp_path, llama):
    folder = tmp_path / "damaged"
    folder.mkdir()
    for path in llama.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    weights = folder / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    return folder


def test_what_is_wrong_is_told_in_one_sentence(cli, story, tmp_path, damaged):
    binary, latin, empty = tmp_path / "image.png", tmp_path / "latin.txt", tmp_path / "empty.txt"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0")
    latin.write_bytes("Où est la gare ?".encode("latin-1"))
    empty.write_bytes(b"")
    wrong = {
        "missing.txt": cli("write", "missing.txt"),
        "folder": cli("write", tmp_path),
        "not a text": cli("write", binary),
        "latin.txt is not valid UTF-8: name its --encoding, ": cli("write", latin),
        "UTF-8": cli("write", standard_input="Où".encode("latin-1")),
        "no-such-encoding": cli("write", "--encoding", "no-such-encoding", standard_input=b"a"),
        "no text": cli("summarize", empty),
        "no-such-model": cli("write", "--model", "no-such-model", "--prompt", "a"),
        "no-such-preset": cli("write", "--preset", "no-such-preset", "--prompt", "a"),
        "damaged": cli("write", "--model", damaged, "--prompt", "a"),
        "tlh": cli("translate", "--to", "tlh", standard_input=b"The weather is nice today."),
        "no-such-device": cli(*story, "--device", "no-such-device", "--prompt", "a"),
    }
    for word, (status, out, error) in wrong.items():
        assert status == 1, word
        assert out.strip() in ("", "a"), word
        assert word in error
        assert error.startswith("penwright-cli: ")
        assert error.count("\n") == 1
        assert "Traceback" not in error


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")
def test_ctrl_c_keeps_what_was_written_and_is_status_130(llama, request):
    settings = ("--temperature", "0", "--max-new-tokens", "100000")  # greedy, this model never ends
    command = [*PROGRAM, "write", "--model", llama, "--prompt", PROMPT, *settings]
    # Whoever runs the tests in the background may have interrupts ignored, and children inherit that.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    request.addfinalizer(lambda: signal.signal(signal.SIGINT, before))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        seen = process.stdout.read(len(PROMPT) + 20)
        process.send_signal(signal.SIGINT)
        rest, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert seen.decode(errors="ignore").startswith(PROMPT)
    assert rest.endswith(b"\n")
    assert error == b""


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals and pipes")
def test_a_reader_that_has_seen_enough_is_not_an_error(tmp_path):
    path = tmp_path / "long.txt"
    path.write_text("The old king lived by the sea and loved it. " * 3000, encoding="utf-8")
    command = [*PROGRAM, "summarize", "--sentences", "100", *[path] * 20]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT) as process:
        process.stdout.read(10)
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(60) == 0


def test_a_prompt_is_not_printed_where_no_model_reads_it(cli):
    assert cli("write", "--model", "no-such-model", "--prompt", PROMPT)[:2] == (1, "")


def test_one_wrong_preset_of_the_writers_is_said_and_hides_no_other(cli, story):
    folder = config_dir() / "presets"
    folder.mkdir(parents=True, exist_ok=True)
    wrong = folder / "wrong.toml"
    wrong.write_text("colour = 1\n", encoding="utf-8")
    status, out, error = cli(*story, "--prompt", PROMPT)
    wrong.unlink()
    assert (status, out.startswith(PROMPT)) == (0, True)
    assert "wrong.toml" in error


def test_a_full_disk_is_one_sentence(cli, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("The sea is near. The sun is up. All is well here.\n", encoding="utf-8")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*PROGRAM, "summarize", path], stdout=full, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    assert done.returncode == 1
    assert b"no room left" in done.stderr
    assert len(done.stderr.splitlines()) == 1
