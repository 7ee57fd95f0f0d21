"""The scorecard in the window; scores come when a test says so."""

import pytest
from PySide6.QtGui import QGuiApplication

from engine.events import Result
from engine.modes import Mode
from tests.gui.scripted_engine import ScriptedClient

AGAINST = Result(
    {
        "bleu": 31.234,
        "chrf": 55.5,
        "rouge1": 60.0,
        "rouge2": 40.0,
        "rougeL": 58.0,
        "lines": 2,
        "series": [{"line": 1, "chrf": 40.0, "rougeL": 50.0}, {"line": 2, "chrf": 70.0, "rougeL": 66.0}],
    }
)
BY_MODEL = Result(
    {
        "perplexity": 41.52,
        "bits_per_byte": 1.2345,
        "bits_per_word": 7.5,
        "tokens": 80,
        "series": [{"start": 0, "end": 9, "bits_per_word": 7.0}, {"start": 10, "end": 19, "bits_per_word": 8.0}],
    }
)


@pytest.fixture
def desk(open_window):
    window = open_window("One line.\nTwo lines.\n", client=ScriptedClient(), complete=False)
    window.parts.commands["scorecard"].trigger()
    window.pane = window.parts.tools.scorecard
    assert window.parts.assistant.tool is window.pane
    return window


def test_a_text_is_scored_against_a_file(desk, tmp_path):
    path = tmp_path / "reference.txt"
    path.write_text("One row.\n\nTwo rows.\n")
    desk.parts.scorecard.score_against(path)
    request = desk.parts.client.requests[0]
    assert (request.mode, request.text, request.other) == (Mode.SCORE, "One line.\nTwo lines.", "One row.\nTwo rows.")
    desk.parts.client.finish(AGAINST)
    assert desk.pane.report.splitlines() == [
        "Untitled against reference.txt",
        "BLEU\t31.23",
        "chrF\t55.50",
        "ROUGE-1\t60.00",
        "ROUGE-2\t40.00",
        "ROUGE-L\t58.00",
    ]
    assert "BLEU 31.2" in desk.pane._bars.accessibleName()
    assert "chrF 70.00" in desk.pane._lines.accessibleDescription()


def test_a_text_is_scored_by_the_model_of_write_mode(desk):
    desk.pane.model_asked.emit()
    request = desk.parts.client.requests[0]
    assert (request.other, request.model) == ("", desk.parts.write.controls.model)
    desk.parts.client.finish(BY_MODEL)
    assert desk.pane.report.splitlines()[1:] == ["Perplexity\t41.5", "Bits per word\t7.50", "Bits per byte\t1.234"]
    assert desk.pane._sentences.isVisible()
    assert not desk.pane._bars.isVisible()


def test_a_selection_is_scored_alone(desk):
    desk.parts.workspace.current.editor.select_span(0, 9)
    desk.pane.model_asked.emit()
    assert desk.parts.client.requests[0].text == "One line."


def test_the_result_can_be_scored_instead(desk):
    desk.parts.result.show_text("German")
    desk.parts.result.editor.set_text("Eine Zeile.")
    desk.pane._what.setCurrentIndex(1)
    desk.pane.model_asked.emit()
    assert desk.parts.client.requests[0].text == "Eine Zeile."


def test_the_report_is_copied_as_text(desk):
    desk.pane.model_asked.emit()
    desk.parts.client.finish(BY_MODEL)
    desk.pane._copy.click()
    assert QGuiApplication.clipboard().text() == desk.pane.report


def test_a_reference_that_is_no_text_is_said(desk, tmp_path):
    path = tmp_path / "picture.png"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" * 40)
    desk.parts.scorecard.score_against(path)
    assert "picture.png" in desk.parts.messages.sentence
    assert not desk.parts.client.requests


def test_a_stop_leaves_no_half_report(desk):
    desk.pane.model_asked.emit()
    desk.parts.jobs.stop()
    assert desk.pane.report == ""
    assert desk.pane._title.text() == ""
