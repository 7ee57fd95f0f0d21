import pytest

from engine.errors import ModelError, NetworkError
from engine.remote.client import RemoteClient
from engine.remote.pieces import Piece, ScoredToken
from engine.server import Server
from engine.tries import Waiting
from tests.engine.tiny_loaded import value_of


def text_of(pieces):
    return "".join(piece.text for piece in pieces if isinstance(piece, Piece))


@pytest.fixture
def connect(fake):
    made = []

    def build(key="", patience=(0.0, 0.0), **options):
        made.append(RemoteClient(fake.server(**options), key, patience))
        return made[-1]

    yield build
    for client in made:
        client.close()


@pytest.mark.parametrize("chat", [True, False])
def test_text_comes_in_pieces_by_either_way_of_asking(fake, connect, chat):
    pieces = [each for each in connect(chat=chat).stream("Once", {"max_tokens": 5}) if isinstance(each, Piece)]
    assert text_of(pieces) == "The sea was calm."
    assert pieces[-1].reason == "stop"
    ((path, body),) = fake.asked
    assert path == ("/v1/chat/completions" if chat else "/v1/completions")
    assert (body["model"], body["max_tokens"], body["stream"]) == ("big-model", 5, True)
    assert (body["messages"][0]["content"] if chat else body["prompt"]) == "Once"


def test_a_busy_server_is_asked_again(fake, connect):
    fake.faults = [429, 503]
    assert text_of(connect().stream("Once", {})) == "The sea was calm."
    fake.faults = [503] * 3
    with pytest.raises(NetworkError, match=r"has a fault \(503\)"):
        list(connect().stream("Once", {}))


def test_waiting_is_told_and_can_be_left(fake, connect):
    fake.faults = [503]
    stream = connect(patience=(60.0,)).stream("Once", {})
    waiting = next(each for each in stream if isinstance(each, Waiting))
    assert 59 < waiting.seconds <= 60
    stream.close()


def test_a_server_that_dies_in_the_middle_is_not_asked_again(fake, connect):
    fake.cut_after = 2
    stream, came = connect().stream("Once", {}), []
    with pytest.raises(NetworkError, match="stopped in the middle: what came is kept"):
        came.extend(stream)
    assert len(fake.asked) == 1


def test_leaving_a_stream_ends_the_servers_work(fake, connect):
    fake.endless = True
    stream = connect().stream("Once", {})
    next(each for each in stream if isinstance(each, Piece))
    stream.close()
    assert fake.left.wait(10)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(404, "has no model big-model"), (400, r"refuses the request \(400\): top_k is not a thing")],
)
def test_refusals_are_sentences_and_not_repeated(fake, connect, status, sentence):
    fake.faults = [status] * 2  # the first may be about probabilities
    with pytest.raises(NetworkError, match=sentence):
        list(connect().stream("Once", {}))
    assert len(fake.asked) == (2 if status == 400 else 1)


@pytest.mark.parametrize("status", [400, 422, 500])
@pytest.mark.parametrize("chat", [True, False])
def test_a_server_that_refuses_to_say_probabilities_is_asked_without(fake, connect, status, chat):
    client = connect(chat=chat)
    fake.faults = [status]
    assert text_of(client.stream("Once", {})) == "The sea was calm."
    assert ["logprobs" in body for _, body in fake.asked] == [True, False]
    list(client.stream("Once", {}))
    assert "logprobs" not in fake.asked[2][1]


@pytest.mark.parametrize("chat", [True, False])
def test_pieces_have_the_nats_of_their_tokens(fake, connect, chat):
    fake.odds = -0.5
    pieces = [piece for piece in connect(chat=chat).stream("Once", {}) if isinstance(piece, Piece) and piece.text]
    assert [piece.nats for piece in pieces] == [(0.5,)] * 3


def test_a_text_is_scored_by_its_tokens(fake, connect):
    fake.odds = -0.5
    tokens = value_of(connect(chat=False).scored("It was calm"))
    assert tokens == [ScoredToken(0, 0.0), ScoredToken(2, 0.5), ScoredToken(6, 0.5)]


@pytest.mark.parametrize("status", [0, 400, 500])
def test_a_server_that_scores_no_texts_is_a_sentence(fake, connect, status):
    fake.faults = [status] if status else []
    with pytest.raises(ModelError, match="does not say how likely a text is"):
        value_of(connect(chat=False).scored("It was calm"))


def test_a_key_is_given_where_there_is_one(fake, connect):
    fake.key = "secret"
    assert value_of(connect(key="secret").kind()) == "vllm"
    with pytest.raises(NetworkError, match="refuses the key"):
        value_of(connect().kind())


@pytest.mark.parametrize(
    ("owner", "kind"), [("vllm", "vllm"), ("llamacpp", "llamacpp"), ("me", "llama-cpp-python"), ("x", "")]
)
def test_the_program_is_known_by_the_owner_of_its_models(fake, connect, owner, kind):
    fake.owner = owner
    assert value_of(connect().kind()) == kind


def test_a_server_that_tells_whether_its_models_are_loaded_is_that_of_transformers(fake, connect):
    fake.owner, fake.status = "local", {"value": "loaded"}
    assert value_of(connect().kind()) == "transformers"


def test_a_stream_may_end_with_the_reason_alone(fake, connect):
    fake.says_done = False
    assert text_of(connect().stream("Once", {})) == "The sea was calm."


def test_no_server_is_a_sentence():
    client = RemoteClient(Server("http://127.0.0.1:9/v1", "m"), patience=())
    with pytest.raises(NetworkError, match="9 does not answer"):
        value_of(client.kind())
    client.close()
