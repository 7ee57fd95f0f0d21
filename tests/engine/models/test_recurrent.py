import json
import math

import pytest
import torch

from engine.card import ModelCard
from engine.checkpoint import save_tensors
from engine.errors import ModelError
from engine.evaluation import score_text
from engine.models.loaded import LoadedModel, load_model
from engine.models.recurrent import RecurrentDecoder, RecurrentLM, config_of, load
from engine.params import SamplingParams
from engine.training.recipe import TokenizerSettings
from engine.training.tokenizers import train_tokenizer
from tests.engine.tiny_loaded import CPU, token_texts, value_of

CELLS = ("lstm", "gru")
TEXT = "the old king went to the sea and the sea was wide"


def sigmoid(x):
    return 1 / (1 + math.exp(-x))


def model(cell, layers=2, **settings):
    torch.manual_seed(3)
    made = RecurrentLM(11, 6, 5, layers, cell, **settings).eval()
    with torch.no_grad():
        for weight in made.parameters():
            weight.uniform_(-1, 1)
    return made


def scalar(cell, weights):
    """Return a model of one unit whose token 1 is read as the number 1 and token 0 as 0."""
    made = RecurrentLM(2, 1, 1, 1, cell).eval()
    with torch.no_grad():
        for weight in made.parameters():
            weight.zero_()
        made.embedding.weight[1] = 1.0
        for name, values in weights.items():
            made.rnn.get_parameter(name).copy_(torch.tensor(values).view_as(made.rnn.get_parameter(name)))
    return made


def test_an_lstm_step_is_the_papers():
    """i, f, o = sigmoid(...), c' = f c + i tanh(...), h = o tanh(c'): Zaremba et al. 2014, section 3.1."""
    made = scalar("lstm", {"weight_ih_l0": [0.5, -1.0, 2.0, 1.5], "weight_hh_l0": [0.3, 0.2, -0.4, 0.1]})
    first = made.hidden(torch.tensor([[1]]))
    c1 = sigmoid(0.5) * math.tanh(2.0)
    h1 = sigmoid(1.5) * math.tanh(c1)
    assert first[0].item() == pytest.approx(h1, abs=1e-6)
    _, (h, c) = made.hidden(torch.tensor([[1]]), first[1])
    c2 = sigmoid(-1.0 + 0.2 * h1) * c1 + sigmoid(0.5 + 0.3 * h1) * math.tanh(2.0 - 0.4 * h1)
    h2 = sigmoid(1.5 + 0.1 * h1) * math.tanh(c2)
    assert (h.item(), c.item()) == (pytest.approx(h2, abs=1e-6), pytest.approx(c2, abs=1e-6))


def test_a_gru_step_is_the_papers():
    """h' = z h + (1 - z) tanh(W x + r (U h)), r and z sigmoids: Cho et al. 2014, equations 5 to 8 (first version)."""
    made = scalar("gru", {"weight_ih_l0": [0.5, -1.0, 2.0], "weight_hh_l0": [0.3, 0.2, -0.4]})
    _, (h1,) = made.hidden(torch.tensor([[1]]))
    expected = (1 - sigmoid(-1.0)) * math.tanh(2.0)
    assert h1.item() == pytest.approx(expected, abs=1e-6)
    _, (h2,) = made.hidden(torch.tensor([[1]]), (h1,))
    h = h1.item()
    reset, update = sigmoid(0.5 + 0.3 * h), sigmoid(-1.0 + 0.2 * h)
    expected = update * h + (1 - update) * math.tanh(2.0 - reset * 0.4 * h)
    assert h2.item() == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_token_by_token_equals_the_whole_sequence(cell):
    made = model(cell)
    ids = torch.tensor([[1, 4, 7, 2, 9, 3], [1, 8, 8, 5, 2, 6]])
    whole = torch.nn.functional.linear(made.hidden(ids)[0], *made.head())
    decoder = RecurrentDecoder(made)
    scored, _ = decoder.all_logits(ids, decoder.new_state(2))
    assert torch.allclose(scored, whole, atol=1e-5)
    state = decoder.new_state(2)
    logits, state = decoder.prefill(ids[:, :3], state)
    for place in range(3, 6):
        assert torch.allclose(logits, whole[:, place - 1], atol=1e-5)
        logits, state = decoder.step(ids[:, place], state)
    assert torch.allclose(logits, whole[:, 5], atol=1e-5)
    assert state.length == 6


@pytest.mark.parametrize("cell", CELLS)
def test_padding_on_the_left_changes_nothing(cell):
    decoder = RecurrentDecoder(model(cell))
    alone, _ = decoder.prefill(torch.tensor([[4, 7]]), decoder.new_state(1))
    ids, mask = torch.tensor([[0, 0, 4, 7], [1, 2, 3, 4]]), torch.tensor([[False, False, True, True], [True] * 4])
    together, state = decoder.prefill(ids[:, :3], decoder.new_state(2), mask[:, :3])
    together, _ = decoder.prefill(ids[:, 3:], state, mask[:, 3:])
    assert torch.allclose(together[:1], alone, atol=1e-6)


@pytest.mark.parametrize("cell", CELLS)
def test_chosen_and_rewound_rows_go_on_as_if_read_anew(cell):
    decoder = RecurrentDecoder(model(cell))
    _, state = decoder.prefill(torch.tensor([[1, 2], [3, 4]]), decoder.new_state(2))
    state.select(torch.tensor([1, 1, 0]))
    decoder.step(torch.tensor([5, 6, 7]), state)
    state.select(torch.tensor([2, 0]))
    decoder.step(torch.tensor([8, 9]), state)
    state.rewind(2)
    logits, _ = decoder.step(torch.tensor([6, 6]), state)
    expected, _ = decoder.prefill(torch.tensor([[1, 2, 6], [3, 4, 6]]), decoder.new_state(2))
    assert torch.allclose(logits, expected, atol=1e-6)


def test_tied_models_read_and_write_with_one_matrix():
    made = RecurrentLM(11, 5, 5, tied=True)
    assert made.head()[0] is made.embedding.weight
    with pytest.raises(ValueError, match="6 and 5"):
        RecurrentLM(11, 6, 5, tied=True)


@pytest.fixture(params=[*CELLS, "tied"])
def folder(request, tmp_path):
    tokenizer = train_tokenizer([TEXT], TokenizerSettings(kind="words"))
    torch.manual_seed(1)
    tied = request.param == "tied"
    made = RecurrentLM(tokenizer.get_vocab_size(), 8, 8, 2, "lstm" if tied else request.param, tied=tied)
    with torch.no_grad():
        for weight in made.parameters():
            weight.uniform_(-1, 1)
    tensors = made.state_dict()
    if tied:
        del tensors["output.weight"]
    save_tensors(tmp_path / "model", config_of(made.shape), tensors, tokenizer, ModelCard("Toy", ("write",)))
    return tmp_path / "model", made


def loaded(folder) -> LoadedModel:
    return value_of(load_model(folder, CPU))


def test_what_was_saved_is_what_is_loaded(folder):
    path, made = folder
    ids = torch.tensor([[1, 4, 3]])
    decoder = load(path, CPU)
    before = RecurrentDecoder(made.eval())
    assert torch.equal(*(each.prefill(ids, each.new_state(1))[0] for each in (decoder, before)))


def test_every_search_streams_and_repeats_itself(folder):
    found = loaded(folder[0])
    prompts = [found.tokenizer.encode("the old king"), found.tokenizer.encode("sea")]
    for params in (
        SamplingParams(temperature=1.0, seed=5, max_new_tokens=8),
        SamplingParams(temperature=0, max_new_tokens=8),
        SamplingParams(beams=3, max_new_tokens=8),
        SamplingParams(contrastive_alpha=0.6, contrastive_top_k=4, max_new_tokens=8),
        SamplingParams(temperature=1.0, seed=2, banned_phrases=("sea",), max_new_tokens=8),
    ):
        texts, endings = token_texts(found, prompts, params)
        assert len(endings) == 2
        assert any(texts)
        assert token_texts(found, prompts, params)[0] == texts


def test_beam_search_of_one_step_takes_the_likeliest(folder):
    found = loaded(folder[0])
    prompt = found.tokenizer.encode("the old")
    greedy, _ = token_texts(found, [prompt], SamplingParams(temperature=0, max_new_tokens=1))
    beams, _ = token_texts(found, [prompt], SamplingParams(beams=4, max_new_tokens=1))
    assert greedy == beams


def test_the_score_of_a_text_is_its_likelihood(folder):
    path, made = folder
    found = loaded(path)
    ids = torch.tensor([[1, *found.tokenizer.encode(TEXT)]])
    logits = torch.nn.functional.linear(made.eval().hidden(ids[:, :-1])[0], *made.head())
    expected = torch.nn.functional.cross_entropy(logits[0], ids[0, 1:], reduction="sum").item()
    scoring = score_text(found, TEXT)
    assert value_of(scoring).nll == pytest.approx(expected, rel=1e-5)


def test_suppressed_ids_are_scored_but_never_written(folder):
    path, _ = folder
    config = json.loads((path / "config.json").read_text())
    (path / "config.json").write_text(json.dumps({**config, "suppressed": [2]}))
    decoder = load(path, CPU)
    ids = torch.tensor([[1, 4]])
    assert decoder.prefill(ids, decoder.new_state(1))[0][0, 2] == -torch.inf
    assert decoder.all_logits(ids, decoder.new_state(1))[0].isfinite().all()


@pytest.mark.parametrize(
    "change",
    [
        {"hidden": 9},
        {"cell": None},
        {"layers": "two"},
        {"suppressed": 3},
        {"suppressed": [10**6]},
        {"suppressed": ["a"]},
    ],
)
def test_a_damaged_folder_is_a_sentence(folder, change):
    path, _ = folder
    config = json.loads((path / "config.json").read_text()) | change
    (path / "config.json").write_text(json.dumps({key: value for key, value in config.items() if value is not None}))
    with pytest.raises(ModelError, match="damaged"):
        load(path, CPU)
