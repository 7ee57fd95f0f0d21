import subprocess
import sys
from dataclasses import replace

import pytest

from engine.errors import EngineError, InputError, ModelError, SettingsError
from engine.events import DeviceFound, Finished, KeySentence, ModelLoaded, Notice, TextChunk, VariantFinished
from engine.modes import Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.protocol import Care
from engine.session import Session
from tests.engine.tiny_loaded import tiny_folder
from tests.engine.tiny_models import tiny_causal, tiny_seq2seq


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models")
    tiny_causal(folder / "writer", "llama")
    tiny_seq2seq(folder / "pairs", "marian")
    return folder


PARAMS = SamplingParams(max_new_tokens=12, seed=5)


def text_of(events, variant=0):
    return "".join(event.text for event in events if isinstance(event, TextChunk) and event.variant == variant)


def only(events, kind):
    (found,) = [event for event in events if isinstance(event, kind)]
    return found


def test_write_is_repeatable_by_its_seed_and_variants_differ(models):
    session = Session("cpu", models)
    request = Request(Mode.WRITE, "Once upon a time", PARAMS, variants=2)
    first, second = list(session.run(request)), list(session.run(request))
    assert first[-1] == Finished()
    assert text_of(first) == text_of(second)
    assert text_of(first, 0) != text_of(first, 1)
    loaded, ready = (only(events, ModelLoaded) for events in (first, second))
    assert loaded.seconds > 0
    assert ready == replace(loaded, seconds=0.0), "which model answers is said each time"


def test_drawn_seed_is_said_and_gives_the_same_text_again(models):
    session = Session("cpu", models)
    events = list(session.run(Request(Mode.WRITE, "Once", SamplingParams(max_new_tokens=8))))
    (end,) = [event for event in events if isinstance(event, VariantFinished)]
    again = Request(Mode.WRITE, "Once", SamplingParams(max_new_tokens=8, seed=end.seed))
    assert text_of(session.run(again)) == text_of(events)


def test_translation_says_the_language_it_detected(models):
    events = list(
        Session("cpu", models).run(Request(Mode.TRANSLATE, "Hello there.\n\nBye.", PARAMS, target_language="de"))
    )
    assert Notice("Translating from English into German.", passing=True) in events
    assert text_of(events).count("\n") == 2
    assert events[-1] == Finished()


def test_warm_model_is_not_loaded_again(models):
    session = Session("cpu", models)
    assert [type(event) for event in session.warm(Mode.TRANSLATE, "")][-2:] == [ModelLoaded, Finished]
    events = session.run(Request(Mode.SUMMARISE, "A house.", PARAMS, model="pairs", style=SummaryStyle.HEADLINE))
    ready = only(events, ModelLoaded)
    assert (ready.model, ready.seconds) == ("pairs", 0.0)


@pytest.mark.parametrize(
    ("request_", "kind", "sentence"),
    [
        (Request(Mode.WRITE, "Once", model="nonsense"), ModelError, 'no model "nonsense"'),
        (Request(Mode.WRITE, "Once", model="pairs"), ModelError, "cannot write"),
        (Request(Mode.TRANSLATE, "Hello.", target_language="Klingon"), SettingsError, '"Klingon" is not a language'),
        (Request(Mode.TRANSLATE, "Hello.", source_language="xx", target_language="de"), SettingsError, '"xx"'),
        (Request(Mode.TRANSLATE, " \n", target_language="de"), InputError, "no text to translate"),
        (Request(Mode.TRANSLATE, "Hello there, friends."), InputError, "already in English"),
        (Request(Mode.SUMMARISE, ""), InputError, "no text to summarise"),
        (Request(Mode.REWRITE, " ", instruction="shorter"), InputError, "no text to rewrite"),
        (Request(Mode.REWRITE, "A house."), InputError, "how the text is to be rewritten"),
        (Request(Mode.DIALOGUE, "A house."), InputError, "no question"),
        (Request(Mode.DIALOGUE, "", texts=("Who?",), instruction="Who?"), InputError, "come in pairs"),
        (
            Request(Mode.REWRITE, "A house.", instruction="shorter"),
            ModelError,
            "Manage models.*penwright-cli models",
        ),
        (Request(Mode.DIALOGUE, "A house.", instruction="Why?", model="writer"), ModelError, "cannot hold a dialogue"),
        (Request(Mode.SUMMARISE, "...", style=SummaryStyle.KEY_SENTENCES), InputError, "no words"),
    ],
)
def test_what_cannot_be_done_has_its_sentence(models, request_, kind, sentence):
    with pytest.raises(kind, match=sentence):
        list(Session("cpu", models).run(request_))


def test_session_serves_the_next_request_after_a_failure(models):
    session = Session("cpu", models)
    with pytest.raises(EngineError):
        list(session.run(Request(Mode.WRITE, "Once", model="nonsense")))
    assert text_of(session.run(Request(Mode.WRITE, "Once", PARAMS)))


def test_after_a_model_was_loaded_ahead_a_request_imports_no_module_of_ours():
    code = (
        "import sys\n"
        "from engine.modes import Mode, Request\n"
        "from engine.params import SamplingParams\n"
        "from engine.session import Session\n"
        "session, params = Session('cpu'), SamplingParams(max_new_tokens=3, seed=1)\n"
        "into = {'source_language': 'de', 'target_language': 'en'}\n"
        "for mode, more in (Mode.WRITE, {}), (Mode.TRANSLATE, into), (Mode.SUMMARISE, {}), (Mode.COMPLETE, {}):\n"
        "    list(session.warm(mode, ''))\n"
        "    before = set(sys.modules)\n"
        "    list(session.run(Request(mode, 'Es war einmal ein alter Mann. Er lebte am Meer.', params, **more)))\n"
        "    print([name for name in set(sys.modules) - before if name.startswith('engine')])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines() == ["[]"] * 4


def test_key_sentences_need_no_torch():
    code = (
        "import sys\n"
        "from engine.modes import Mode, Request\n"
        "from engine.session import Session\n"
        "events = list(Session().run(Request(Mode.SUMMARISE, 'Plants make sugar from light. Cats sleep a lot.')))\n"
        "print([type(event).__name__ for event in events][-2:], 'torch' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == f"['{KeySentence.__name__}', '{Finished.__name__}'] False"


def test_devices_are_told_and_models_let_go(models):
    session = Session("cpu", models)
    list(session.warm(Mode.TRANSLATE, "pairs"))
    (device,) = [event for event in session.tend(Care.DEVICES) if isinstance(event, DeviceFound) and event.chosen]
    assert (device.name, device.loaded, device.why) == ("cpu", ["pairs"], "It is in use because it was asked for.")
    assert 0 < device.free_bytes <= device.total_bytes
    (device,) = [event for event in session.tend(Care.UNLOAD) if isinstance(event, DeviceFound) and event.chosen]
    assert device.loaded == []
    assert any(isinstance(event, ModelLoaded) for event in session.warm(Mode.TRANSLATE, "pairs"))


def test_a_gguf_file_writes_like_any_model(tmp_path):
    pytest.importorskip("llama_cpp")
    from tests.engine.gguf.export import export_gguf

    path = export_gguf(tiny_folder("llama"), tmp_path / "tiny.gguf")
    assert text_of(Session("cpu").run(Request(Mode.WRITE, "Once upon a time", PARAMS, str(path))))
