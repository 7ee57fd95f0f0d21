import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from engine.gguf.entry import others_models
from engine.gguf.programs import found_files
from tests.engine.gguf.small_files import put


def test_the_files_of_other_programs_are_found_and_left_as_they_are(tmp_path):
    put(tmp_path / ".lmstudio/models/someone/thing-GGUF/thing-Q4_K_M.gguf")
    put(tmp_path / ".lmstudio/models/someone/thing-GGUF/mmproj-thing.gguf")
    put(tmp_path / ".local/share/nomic.ai/GPT4All/small.gguf")
    put(tmp_path / "jan/models/a/part-00001-of-00002.gguf")
    put(tmp_path / "jan/models/a/part-00002-of-00002.gguf")
    put(tmp_path / "Library/Application Support/Jan/data/llamacpp/models/some-model/model.gguf")
    put(tmp_path / "koboldcpp/kobold.gguf")
    put(tmp_path / "elsewhere/other.gguf")
    store = tmp_path / ".ollama/models"
    put(store / "blobs/sha256-abc123")
    manifest = store / "manifests/registry.ollama.ai/library/llama3/8b"
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:abc123"}
    put(manifest, json.dumps({"layers": [layer]}).encode())
    put(manifest.with_name("evil"), json.dumps({"layers": [{**layer, "digest": "sha256:../../x"}]}).encode())
    put(manifest.with_name("broken"), b"{")
    before = sorted(path for path in tmp_path.rglob("*"))
    found = {(program, name or path.stem) for program, path, name in found_files(tmp_path)}
    assert found == {
        ("LM Studio", "thing-Q4_K_M"),
        ("GPT4All", "small"),
        ("Jan", "part-00001-of-00002"),
        ("Jan", "some-model"),
        ("KoboldCpp", "kobold"),
        ("Ollama", "llama3-8b"),
    }
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_folders_that_the_writer_gave_a_program_are_looked_into(tmp_path):
    disk = tmp_path / "disk"
    first, second, third = (put(disk / f"{name}.gguf") for name in ("lm/one", "gpt/two", "kobold/three"))
    put(tmp_path / ".lmstudio/settings.json", json.dumps({"downloadsFolder": str(first.parent)}).encode())
    put(tmp_path / ".config/nomic.ai/GPT4All.ini", f"[General]\nmodelPath={second.parent}\n".encode())
    put(tmp_path / "Downloads/story.kcpps", json.dumps({"model_param": str(third), "model": None}).encode())
    assert {(program, path) for program, path, _ in found_files(tmp_path)} == {
        ("LM Studio", first),
        ("GPT4All", second),
        ("KoboldCpp", third),
    }


@pytest.mark.parametrize("text", ["", "{", "[]", '{"downloadsFolder": 3}', '{"downloadsFolder": "/"}', "\xff"])
def test_settings_that_make_no_sense_are_passed_over(tmp_path, text):
    for name in (".lmstudio/settings.json", ".config/nomic.ai/GPT4All.ini", "koboldcpp/a.kcpps"):
        put(tmp_path / name, text.encode("latin-1"))
    assert not list(found_files(tmp_path))


@pytest.mark.parametrize("folder", ["\0", "/a\0b", "/\ud800", "/" + "x" * 5000, "/dev/null"])
def test_folders_that_cannot_be_are_passed_over(tmp_path, folder):
    put(tmp_path / ".lmstudio/settings.json", json.dumps({"downloadsFolder": folder}).encode())
    put(tmp_path / "koboldcpp/a.kcpps", json.dumps({"model_param": folder, "model": folder + ".gguf"}).encode())
    assert not list(found_files(tmp_path))


def test_settings_and_manifests_that_are_nested_deeply_are_passed_over(tmp_path):
    for name in (".lmstudio/settings.json", "koboldcpp/a.kcpps", ".ollama/models/manifests/a/b/c/d"):
        put(tmp_path / name, b"[" * 100_000)
    assert not list(found_files(tmp_path))


def test_what_leads_nowhere_or_waits_for_ever_is_passed_over(tmp_path):
    folder = tmp_path / ".lmstudio/models"
    put(folder / "whole.gguf")
    (folder / "loop.gguf").symlink_to("loop.gguf")
    (folder / "round").symlink_to(".")
    os.mkfifo(folder / "pipe.gguf")
    assert [entry.id for entry in others_models(tmp_path)] == ["whole"]


AS_NOBODY = """
import os, sys
from pathlib import Path
import engine.catalog
from engine.gguf.entry import others_models
os.setgid(65534)
os.setuid(65534)
print([entry.id for entry in others_models(Path(sys.argv[1]))])
"""


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can be another user")
def test_folders_of_another_user_are_passed_over():
    with tempfile.TemporaryDirectory() as name:  # pytest's own are for its user alone
        home = Path(name)
        home.chmod(0o755)
        put(home / ".lmstudio/models/whole.gguf")
        put(home / ".ollama/models/manifests/a/b/c/d")
        put(home / "koboldcpp/a.kcpps", b"{}")
        put(home / "jan/models/a/hidden.gguf")
        for folder in (".ollama", "koboldcpp", "jan"):
            (home / folder).chmod(0o700)
        done = subprocess.run([sys.executable, "-c", AS_NOBODY, name], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['whole']", done.stderr
