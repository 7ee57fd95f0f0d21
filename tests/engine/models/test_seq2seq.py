from dataclasses import asdict, replace

import pytest
import torch

from engine.checkpoint import END_ID
from engine.models.base import Seq2SeqDecoder
from engine.models.loaded import LoadedModel
from engine.models.seq2seq import RecurrentSeq2Seq, RecurrentSeq2SeqDecoder, Seq2SeqShape
from engine.params import SamplingParams
from engine.tokenizer import TextTokenizer
from tests.engine.tiny_loaded import CPU, tiny_folder, token_texts

SHAPE = Seq2SeqShape(vocab_size=20, hidden=8, embedding=6, layers=2)
KINDS = {
    "lstm": SHAPE,
    "gru": replace(SHAPE, cell="gru", attention="multiplicative"),
    "plain": replace(SHAPE, attention="none", input_feeding=False, tied=False),
    "copy": replace(SHAPE, cell="gru", copy=True, layers=1),
}
SOURCES = [[3, 4, 5, 6, 1], [7, 8, 1]]


def decoder(shape=SHAPE):
    torch.manual_seed(3)
    module = RecurrentSeq2Seq(shape)
    with torch.no_grad():
        for weight in module.parameters():
            weight.mul_(2)  # random weights this small would write one word for ever
    return RecurrentSeq2SeqDecoder(module.eval(), torch.device("cpu"))


def loaded(shape=SHAPE):
    folder = tiny_folder("marian")
    return LoadedModel("tiny", folder, decoder(shape), TextTokenizer(folder), None, CPU)


def padded(sources):
    width = max(map(len, sources))
    ids = torch.tensor([source + [0] * (width - len(source)) for source in sources])
    return ids, torch.tensor([[place < len(source) for place in range(width)] for source in sources])


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_decoder_whose_prefill_is_its_steps(kind):
    model = decoder(KINDS[kind])
    assert isinstance(model, Seq2SeqDecoder)
    ids = torch.tensor([[0, 9, 10], [0, 11, 12]])
    at_once, state = model.prefill(ids, model.encode(*padded(SOURCES)))
    assert state.length == 3
    stepwise = model.encode(*padded(SOURCES))
    for position in range(3):
        logits, stepwise = model.step(ids[:, position], stepwise)
    torch.testing.assert_close(at_once, logits)


@pytest.mark.parametrize("kind", KINDS)
def test_state_goes_back_and_chooses_rows(kind):
    model = decoder(KINDS[kind])
    state = model.encode(*padded(SOURCES))
    _, state = model.prefill(torch.tensor([[0, 9], [0, 11]]), state)
    wanted, state = model.step(torch.tensor([5, 6]), state)
    state.rewind(1)
    state.select(torch.tensor([1, 0, 1]))
    again, _ = model.step(torch.tensor([6, 5, 6]), state)
    torch.testing.assert_close(again, wanted[[1, 0, 1]])


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("beams", [1, 3, 8])
def test_a_padded_batch_writes_what_each_source_gives_alone(kind, beams):
    params = SamplingParams(max_new_tokens=12, beams=beams, temperature=0.0, seed=1)
    model = loaded(KINDS[kind])
    together, endings = token_texts(model, [], params, sources=SOURCES)
    for number, source in enumerate(SOURCES):
        alone, ending = token_texts(model, [], params, sources=[source])
        assert alone[0] == together[number]
        if beams > 1:
            assert ending[0].score == pytest.approx(endings[number].score, abs=1e-4)


def test_beam_search_finds_the_best_of_all_texts():
    shape = replace(SHAPE, vocab_size=6, layers=1)
    params = SamplingParams(max_new_tokens=3, beams=8, length_penalty=0.0, seed=1)
    model = loaded(shape)
    _, endings = token_texts(model, [], params, sources=[[3, 4, 1]])
    scores = []

    def explore(ids, total):
        state = model.decoder.encode(torch.tensor([[3, 4, 1]]), torch.ones(1, 3, dtype=torch.bool))
        logits, _ = model.decoder.prefill(torch.tensor([[0, *ids]]), state)
        for token, value in enumerate(logits[0].log_softmax(0).tolist()):
            if token == END_ID or len(ids) == 2:
                scores.append(total + value)
            else:
                explore([*ids, token], total + value)

    explore([], 0.0)
    assert endings[0].score <= max(scores) + 1e-5
    assert endings[0].score == pytest.approx(max(scores), abs=1e-4)


def test_sampling_follows_its_seed():
    model = loaded(KINDS["copy"])
    texts = [
        token_texts(model, [], SamplingParams(max_new_tokens=9, seed=seed), 3, SOURCES[:1])[0] for seed in (1, 1, 2)
    ]
    assert texts[0] == texts[1] != texts[2]


def test_copying_mixes_both_distributions():
    model = decoder(KINDS["copy"])
    source, mask = torch.tensor([[5, 7, 5, 0]]), torch.tensor([[True, True, True, False]])
    with torch.no_grad():
        encoded, cells = model.module.encode(source, mask)
        decoded, _ = model.module.decode(torch.tensor([[0]]), encoded, cells)
        written = torch.softmax(decoded.outputs @ model.module.output_weight.T, dim=2)[0, 0]
        mixed = model.module.logits(decoded, encoded)[0, 0].exp()
    gate, weights = decoded.gates[0, 0], decoded.weights[0, 0]
    assert weights[3] == 0
    assert mixed.sum() == pytest.approx(1.0, abs=1e-5)
    assert mixed[5] == pytest.approx(float(gate * written[5] + (1 - gate) * (weights[0] + weights[2])), rel=1e-4)
    assert mixed[9] == pytest.approx(float(gate * written[9]), rel=1e-4)


def test_attention_of_a_text_is_a_share_of_its_source():
    weights = decoder().attention(torch.tensor(SOURCES[0]), torch.tensor([9, 10, 1]))
    assert weights.shape == (3, 5)
    torch.testing.assert_close(weights.sum(dim=1), torch.ones(3))
    assert decoder(KINDS["plain"]).attention(torch.tensor(SOURCES[0]), torch.tensor([9, 1])) is None


def test_what_cannot_be_is_refused():
    with pytest.raises(ValueError, match="attention"):
        Seq2SeqShape(**{**asdict(SHAPE), "copy": True, "attention": "none"})
    with pytest.raises(ValueError, match="at least 1"):
        Seq2SeqShape(**{**asdict(SHAPE), "embedding": 0})
    with pytest.raises(ValueError, match="encode"):
        decoder().new_state(2)
    with pytest.raises(ValueError, match="equally long"):
        decoder().prefill(
            torch.tensor([[0, 0], [0, 3]]),
            decoder().encode(*padded(SOURCES)),
            torch.tensor([[False, True], [True, True]]),
        )
