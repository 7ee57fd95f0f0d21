"""What is offered where memory did not suffice."""

import pytest

from engine.events import Failed, Finished
from engine.modes import Mode
from engine.placement import Placement
from engine.protocol import Care, Run, Tend, Warm
from tests.gui.scripted_engine import ScriptedClient

LACK = "The weights of big take 16.0 GB in bfloat16, but only 8.0 GB are free on a GPU: hold them in 8 bits."


@pytest.fixture
def client():
    return ScriptedClient()


@pytest.fixture
def window(open_window, client):
    made = open_window("Once upon a time", client=client, complete=False)
    made.parts.workspace.current.editor.put_caret(4, 4)
    return made


def fail(window, client, *remedies):
    """Have the first open job fail."""
    job = next(iter(client.open_jobs))
    del client.open_jobs[job]
    client._on_event(job, Failed(LACK, list(remedies)))


def kinds(client):
    return [type(command) for command in client.open_jobs.values()]


@pytest.mark.parametrize(
    ("remedy", "placement"),
    [
        ("int8", Placement("", "int8")),
        ("int4", Placement("", "int4")),
        ("split", Placement("", "auto", split=True)),
        ("cpu", Placement("cpu")),
        ("context", Placement(context=4096)),
    ],
)
def test_a_click_applies_what_may_help_and_repeats_the_job(window, client, remedy, placement):
    window.parts.commands["generate"].trigger()
    fail(window, client, remedy, "cpu")
    assert window.parts.messages.sentence == LACK
    assert client.placement == Placement()  # nothing is changed before the writer takes it
    window.parts.messages._button.click()
    assert client.placement == placement
    settings = window.parts.settings
    assert Placement(settings.device, settings.weights, settings.split, settings.context) == placement
    assert kinds(client) == [Tend, Run]


def test_one_text_at_a_time_is_asked_for(window, client):
    window.parts.write.set_variants(3)
    window.parts.commands["generate"].trigger()
    fail(window, client, "fewer")
    window.parts.messages._button.click()
    assert client.requests[0].variants == 1
    assert client.placement == Placement()


def test_one_beam_is_searched_with_and_other_settings_stay(window, client):
    controls = window.parts.panel.controls
    controls.set_changed({"beams": 4, "max_new_tokens": 30})
    window.parts.commands["generate"].trigger()
    fail(window, client, "beams")
    window.parts.messages._button.click()
    assert controls.changed == {"beams": 1, "max_new_tokens": 30}
    assert client.requests[0].params.beams == 1


def test_other_models_are_unloaded_before_the_job_is_done_again(window, client):
    window.parts.commands["generate"].trigger()
    fail(window, client, "unload")
    window.parts.messages._button.click()
    assert [command.care for command in client.open_jobs.values() if isinstance(command, Tend)] == [Care.UNLOAD]
    assert kinds(client) == [Tend, Run]


def test_the_other_ways_are_in_a_menu(window, client):
    window.parts.commands["generate"].trigger()
    fail(window, client, "int8", "split", "cpu")
    menu = window.parts.messages._others.menu()
    assert [action.text() for action in menu.actions()] == ["Split the model", "Use the processor"]
    menu.actions()[1].trigger()
    assert client.placement == Placement("cpu")
    assert window.parts.messages.sentence == ""
    window.parts.messages.warn("Something else.")
    assert window.parts.messages._others.isHidden()
    assert menu.isEmpty()


def test_a_model_that_was_loaded_ahead_is_loaded_again_and_nothing_is_written(window, client):
    window.parts.jobs.warm(Mode.WRITE, "big")
    fail(window, client, "int8")
    assert window.parts.messages.sentence == LACK
    window.parts.messages._button.click()
    assert kinds(client) == [Tend, Warm]


def test_a_placement_waits_for_the_job_that_runs(window, client):
    window.parts.commands["generate"].trigger()
    care = window.shelf.care
    care.place(Placement("cpu", "int8"))
    assert client.placement == Placement()
    assert care.placement == Placement("cpu", "int8")
    client.finish(Finished())
    assert client.placement == Placement("cpu", "int8")
