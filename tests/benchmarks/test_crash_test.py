import hashlib
import os
import subprocess
import sys

import pytest

from benchmarks.crash_test import CrashTest
from engine.paths import assets_dir

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")


def text(number, words, document="d"):
    return {"kind": "text", "document": document, "number": number, "text": words, "at": float(number)}


def accepted(number, document="d"):
    return {"kind": "accepted", "document": document, "number": number, "at": number + 0.5}


def restored(words, document="d"):
    return [{"kind": "restored", "document": document, "text": words, "at": 0.0}, {"kind": "ready", "at": 0.0}]


@pytest.fixture
def judge(tmp_path):
    test = CrashTest(tmp_path, seed=0)

    def look(*lives):
        for life in lives:
            test._judge(life)
        return test.verdict

    return look


def test_few_kills_lose_nothing():
    command = [sys.executable, "-m", "benchmarks.crash_test", "--kills", "5", "--engines", "1", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=assets_dir().parent, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 kills" in done.stdout
    assert "engines killed while they wrote: 1" in done.stdout
    assert "lost characters: 0\nunreadable files: 0" in done.stdout


@pytest.mark.parametrize("words", ["ab", "abc"])
def test_what_was_accepted_or_came_after_may_come_back(judge, words):
    life = [text(1, "a"), text(2, "ab"), accepted(2), text(3, "abc")]
    assert judge(life, restored(words)).lost == 0


@pytest.mark.parametrize(("words", "lost"), [("a", 1), ("", 2), ("xb", 1)])
def test_anything_else_is_lost(judge, words, lost):
    life = [text(1, "a"), text(2, "ab"), accepted(2), text(3, "abc")]
    assert judge(life, restored(words)).lost == lost


def test_a_document_that_does_not_come_back_is_lost(judge):
    assert judge([text(1, "abc"), accepted(1)], restored("other", "e")).lost == 3


def test_a_start_that_was_killed_itself_changes_nothing(judge):
    assert judge([text(1, "abc"), accepted(1)], [], restored("ab")).lost == 1


def test_what_came_back_is_what_the_next_start_must_show(judge):
    assert judge([text(1, "abc"), accepted(1)], restored("abc"), restored("ab")).lost == 1


def test_a_file_that_is_no_save_is_unreadable(judge, tmp_path):
    (tmp_path / "plain.txt").write_bytes(b"half of it")
    assert judge([]).unreadable == 1


def test_a_file_may_hold_the_save_that_was_under_way(judge, tmp_path):
    path = tmp_path / "plain.txt"
    path.write_bytes(b"new")
    saving = {"kind": "saving", "path": str(path), "digest": hashlib.sha256(b"new").hexdigest(), "at": 0.0}
    assert judge([saving]).unreadable == 0


def test_the_wait_for_acceptance_is_measured(judge):
    verdict = judge([text(1, "a"), text(2, "ab"), accepted(2), text(3, "abc")])
    assert verdict.waits == [1.5, 0.5]
    assert verdict.at_risk == [1]
