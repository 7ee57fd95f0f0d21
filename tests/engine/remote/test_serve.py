import math

import pytest

from engine.errors import ModelError, NetworkError, SettingsError
from engine.events import Finished, ModelLoaded, Notice, TextChunk, VariantFinished
from engine.modes import LoreEntry, Mode, Request, SummaryStyle
from engine.params import SamplingParams
from engine.server import Server
from engine.session import Session
from tests.engine.remote.asking import run


def text_of(events, variant=0):
    return "".join(event.text for event in events if isinstance(event, TextChunk) and event.variant == variant)


def test_variants_come_one_after_the_other_with_seeds_of_their_own(fake):
    events = run(fake, Mode.WRITE, "Once upon a time", variants=2)
    assert text_of(events) == text_of(events, 1) == "The sea was calm."
    assert [body["seed"] for _, body in fake.asked] == [3, 4]
    ends = [event for event in events if isinstance(event, VariantFinished)]
    assert [(end.variant, end.reason, end.seed) for end in ends] == [(0, "end", 3), (1, "end", 4)]
    assert events[-1] == Finished()


def test_it_is_said_that_the_text_leaves_the_machine(fake):
    (loaded,) = [event for event in run(fake, Mode.WRITE, "Once") if isinstance(event, ModelLoaded)]
    assert loaded.model == "big-model"
    assert "127.0.0.1" in loaded.device
    assert "text leaves this machine" in loaded.device


def test_notes_and_lore_go_along(fake):
    lore = (LoreEntry(("Ada",), "Ada is a smith."), LoreEntry(("Bea",), "Bea is away."))
    run(fake, Mode.WRITE, "Here came Ada", memory="It is winter.", note="Past tense", lore=lore)
    asked = fake.asked[0][1]["messages"][0]["content"]
    for words in ("It is winter.", "Ada is a smith.", "Past tense", "Here came Ada", "Continue the text"):
        assert words in asked
    assert "Bea" not in asked
    run(fake, Mode.WRITE, "Here came Ada", chat=False, memory="It is winter.")
    assert fake.asked[1][1]["prompt"] == "It is winter.\n\nHere came Ada"
    run(fake, Mode.WRITE, "Here", chat=False, raw=True, memory="It is winter.")
    assert fake.asked[2][1]["prompt"] == "Here"


def test_a_translation_keeps_its_lines(fake):
    fake.words = ["Hallo."]
    events = run(fake, Mode.TRANSLATE, "Hello there.\n\nThe weather is nice.\n", target_language="de")
    assert text_of(events) == "Hallo.\n\nHallo.\n"
    assert all("English into German" in body["messages"][0]["content"] for _, body in fake.asked)


def test_a_summary_is_one_question(fake):
    fake.words = ["Rain."]
    assert text_of(run(fake, Mode.SUMMARISE, "It rained.", style=SummaryStyle.HEADLINE)) == "Rain."
    assert "headline" in fake.asked[0][1]["messages"][0]["content"]


def test_a_rewrite_and_a_conversation_are_messages_of_a_chat(fake):
    assert text_of(run(fake, Mode.REWRITE, " It rained. ", instruction="shorter")) == "The sea was calm."
    assert fake.asked[0][1]["messages"][0]["content"].endswith("\n\nIt rained.")
    run(fake, Mode.DIALOGUE, "It rained.", texts=("Where?", "At sea."), instruction="When?")
    asked = fake.asked[1][1]["messages"]
    assert [message["role"] for message in asked] == ["user", "assistant", "user"]
    assert "It rained." in asked[0]["content"]
    assert asked[2]["content"] == "When?"
    with pytest.raises(ModelError, match="only continues texts"):
        run(fake, Mode.DIALOGUE, "It rained.", chat=False, instruction="When?")


def test_what_is_cut_or_not_known_is_said(fake):
    fake.owner = "somebody"
    events = run(fake, Mode.WRITE, "word " * 10_000, params=SamplingParams(seed=1, min_p=0.1))
    said = [event.message for event in events if isinstance(event, Notice)]
    assert said[0].endswith("does not know these settings and writes without them: min p.")
    assert said[1] == "The server is shown the last 4,800 of 10,000 words."


def test_a_death_in_the_middle_keeps_what_came(fake):
    fake.cut_after = 1
    came = []
    with pytest.raises(NetworkError, match="what came is kept"):
        came.extend(Session("cpu").run(Request(Mode.WRITE, "Once", SamplingParams(seed=1), server=fake.server())))
    assert text_of(came) == "The "


def test_key_sentences_and_tools_stay_on_this_machine(fake):
    run(fake, Mode.SUMMARISE, "It rained. It poured. It was wet.")
    assert fake.asked == []
    with pytest.raises(ModelError, match="is not asked to complete"):
        run(fake, Mode.COMPLETE, "It rained.")
    with pytest.raises(ModelError, match="chats and scores no texts"):
        run(fake, Mode.SURPRISE, "It rained.")
    assert fake.asked == []


@pytest.mark.parametrize("chat", [True, False])
def test_variants_say_what_they_were_to_the_model_where_the_server_does(fake, chat):
    fake.odds = -math.log(4)
    (end,) = [event for event in run(fake, Mode.WRITE, "Once", chat=chat) if isinstance(event, VariantFinished)]
    assert end.bits == pytest.approx(2)
    fake.odds = None
    (end,) = [event for event in run(fake, Mode.WRITE, "Once", chat=chat) if isinstance(event, VariantFinished)]
    assert end.bits == -1


@pytest.mark.parametrize("address", ["host:8000", "ftp://host", "http://", "/v1", "http://h:abc/v1", "http://[::1/v1"])
def test_addresses_are_checked(address):
    with pytest.raises(SettingsError, match="no address of a server"):
        Server(address, "m")
    with pytest.raises(SettingsError, match="Name the model"):
        Server("http://host:8000/v1", " ")
