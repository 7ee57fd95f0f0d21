import subprocess
import sys

import pytest
from filelock import FileLock

from engine.compiled import library
from tests.engine.compiled.ready import compiled_functions


def test_nothing_is_ready_in_a_new_home():
    assert not any(map(library.ready, library.KINDS))


def test_what_was_made_is_ready_and_loads_without_a_compiler():
    with compiled_functions():
        assert all(map(library.ready, library.KINDS))
        code = (
            "import numba.core.codegen as codegen\n"
            "from engine.compiled import library\n"
            "from engine.compiled.trial import run_once\n"
            "found = library.functions()\n"
            "from engine.compiled.llama import read_llama\n"
            "from engine.compiled.products import multiply\n"
            "[run_once(found, kind) for kind in library.KINDS]\n"
            "print(sum(sum(one.stats.cache_misses.values()) for one in (read_llama, multiply)))\n"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "0"


def test_what_is_ready_is_not_made_again():
    with compiled_functions():
        before = {path: path.stat().st_mtime_ns for path in library.folder().rglob("*")}
        subprocess.run([sys.executable, "-m", "engine.compiled.library"], check=True, timeout=120)
        assert {path: path.stat().st_mtime_ns for path in library.folder().rglob("*")} == before
    assert len(before) > len(library.KINDS)


def test_two_processes_do_not_make_the_same():
    library.folder().mkdir(parents=True)
    with FileLock(library.folder() / library.LOCK):
        subprocess.run([sys.executable, "-m", "engine.compiled.library"], check=True, timeout=120)
    assert not any(map(library.ready, library.KINDS))


def made_where(failure):
    """Build everything with a stand-in that compiles nothing and fails for bfloat16."""
    code = (
        "from engine.compiled import library\n"
        "def run_once(_functions, kind):\n"
        "    print(kind, flush=True)\n"
        "    if kind == 'bfloat16':\n"
        f"        raise {failure}\n"
        "library.run_once = run_once\n"
        "library.build_all()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    return done.stdout.split(), done.returncode


def test_a_kind_that_fails_keeps_no_other_from_being_made_and_is_not_tried_again(monkeypatch):
    assert made_where("ValueError('no such instruction')") == (list(library.KINDS), 0)
    assert [kind for kind in library.KINDS if not library.ready(kind)] == ["bfloat16"]
    assert "no such instruction" in (library.folder() / "bfloat16.failed").read_text()
    assert made_where("ValueError('no such instruction')") == ([], 0)
    monkeypatch.delenv("PENWRIGHT_COMPILER")
    monkeypatch.setattr(library, "_begun", False)
    library.build_in_background()
    assert not library._begun


def test_what_a_full_disk_keeps_from_being_made_is_tried_again():
    assert made_where("OSError('no room')") == (["int8", "bfloat16"], 1)
    assert made_where("OSError('no room')") == (["bfloat16"], 1)


def test_other_sources_make_another_place(monkeypatch):
    before = library.folder()
    library._key.cache_clear()
    monkeypatch.setattr(library.platform, "machine", lambda: "another")
    assert library.folder() != before
    library._key.cache_clear()


@pytest.mark.parametrize("count", [1, 1000])
def test_threads_are_as_many_as_asked_for_or_as_there_are(count):
    from numba import get_num_threads
    from numba.core import config

    with compiled_functions():
        library.functions().set_threads(count)
    assert get_num_threads() == min(count, config.NUMBA_NUM_THREADS)
