"""Unfinished trainings: listed, drawn from where they stopped, forgotten."""

from dataclasses import replace

import pytest

from engine.errors import StorageError
from engine.events import TrainingReport
from engine.purposes import Purpose, TrainingRequest
from engine.runs import forget_run, keep_report, keep_request, past_reports, run_folder, unfinished_runs

REQUEST = TrainingRequest(Purpose.CONTINUE, ("/texts/novel.txt",), "My voice", minutes=15.0)


def report(step, loss=2.0):
    return TrainingReport(step, 100, loss, 5000.0, 60.0)


def test_a_run_is_listed_until_it_is_forgotten():
    assert unfinished_runs() == []
    folder = keep_request(replace(REQUEST, finish=True))
    assert folder == run_folder("My voice")
    assert unfinished_runs() == [REQUEST], "a run that is taken up again trains on"
    forget_run("My voice")
    assert unfinished_runs() == []
    assert not folder.exists()


def test_the_curve_forgets_what_is_trained_anew_after_a_crash():
    keep_request(REQUEST)
    assert past_reports("My voice") == []
    for point in (report(10, 3.0), report(20, 2.5), report(30, 2.0), report(20, 2.4)):
        keep_report("My voice", point)
    with (run_folder("My voice") / "reports.jsonl").open("a") as file:
        file.write("[" * 100_000 + "\n")
        file.write('{"event": "TrainingRep')
    assert past_reports("My voice") == [report(10, 3.0), report(20, 2.4)]


def test_a_damaged_request_hides_no_other():
    keep_request(REQUEST)
    broken = run_folder("broken")
    broken.mkdir(parents=True)
    for text in ("{", "[]", '{"purpose": "dance"}', '{"purpose": "continue", "files": [], "name": "x"}', "[" * 100_000):
        (broken / "request.json").write_text(text)
        assert unfinished_runs() == [REQUEST]


def test_a_folder_that_cannot_be_written_is_a_sentence():
    run_folder("x").parent.parent.mkdir(parents=True, exist_ok=True)
    run_folder("x").parent.write_text("a file in the way")
    with pytest.raises(StorageError, match="cannot be kept"):
        keep_request(REQUEST)
