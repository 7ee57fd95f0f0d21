"""GGUF files write what their checkpoints write."""

import struct

import pytest
import torch

pytest.importorskip("llama_cpp", reason="needs the extra gguf")
pytest.importorskip("gguf", reason="needs the extra gguf")

from engine.errors import DeviceError, ModelError
from engine.events import TextChunk
from engine.gguf.decoder import load
from engine.model_shape import read_shape
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import assets_dir
from engine.write import write
from tests.engine.gguf.export import export_gguf
from tests.engine.gguf.small_files import tokens
from tests.engine.tiny_loaded import CPU, tiny, tiny_folder, token_texts, value_of
from tests.engine.tiny_models import SENTENCES

GREEDY = SamplingParams(temperature=0, max_new_tokens=24)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return export_gguf(tiny_folder("llama"), tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def model(path):
    return value_of(load_model(path, CPU))


@pytest.fixture(scope="module")
def prompt(model):
    return model.tokenizer.encode(SENTENCES[0])


def test_the_tokenizer_is_that_of_the_checkpoint(model):
    for sentence in SENTENCES:
        assert model.tokenizer.decode(model.tokenizer.encode(sentence)) == sentence
    assert model.tokenizer.encode(SENTENCES[0]) == tiny("llama").tokenizer.encode(SENTENCES[0])


def test_logits_are_those_of_the_checkpoint(model, prompt):
    ids = torch.tensor([prompt])
    ours, theirs = model.decoder, tiny("llama").decoder
    found, state = ours.prefill(ids, ours.new_state(1))
    expected, other = theirs.prefill(ids, theirs.new_state(1))
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-3)
    found, _ = ours.step(torch.tensor([7]), state)
    expected, _ = theirs.step(torch.tensor([7]), other)
    torch.testing.assert_close(found, expected, atol=1e-3, rtol=1e-3)


@pytest.mark.parametrize("params", [GREEDY, SamplingParams(beams=3, max_new_tokens=16)], ids=["greedy", "beams"])
def test_searches_write_the_same(model, prompt, params):
    assert token_texts(model, [prompt], params)[0] == token_texts(tiny("llama"), [prompt], params)[0]


def test_variants_are_those_of_the_same_seed(model, prompt):
    params = SamplingParams(temperature=1.0, seed=5, max_new_tokens=12)
    assert (
        token_texts(model, [prompt], params, variants=3)[0]
        == token_texts(tiny("llama"), [prompt], params, variants=3)[0]
    )


def test_rows_are_chosen_and_rewound(model, prompt):
    decoder, ids = model.decoder, torch.tensor([prompt, prompt])
    logits, state = decoder.prefill(ids, decoder.new_state(2))
    _, state = decoder.step(torch.tensor([5, 9]), state)
    state.select(torch.tensor([1, 1, 0]))
    assert state.length == len(prompt) + 1
    state.rewind(1)
    again, _ = decoder.step(torch.tensor([prompt[-1]] * 3), _rewound(state))
    torch.testing.assert_close(again, logits[[1, 1, 0]], atol=1e-3, rtol=1e-3)
    with pytest.raises(ValueError, match="cannot rewind"):
        state.rewind(10_000)


def _rewound(state):
    state.rewind(1)
    return state


def test_rows_of_different_length_are_read_together(model, prompt):
    short = prompt[4:]
    padded = torch.tensor([prompt, [0] * 4 + short])
    mask = torch.tensor([[True] * len(prompt), [False] * 4 + [True] * len(short)])
    decoder = model.decoder
    together, _ = decoder.prefill(padded, decoder.new_state(2), mask)
    alone, _ = decoder.prefill(torch.tensor([short]), decoder.new_state(1))
    torch.testing.assert_close(together[1:], alone, atol=1e-3, rtol=1e-3)


def test_sequences_are_given_back(model):
    decoder = model.decoder
    for _ in range(200):
        decoder.new_state(3)
    for _ in range(2):
        with pytest.raises(DeviceError, match="too many texts at once"):
            decoder.new_state(1000)
        state = decoder.new_state(40)
        with pytest.raises(DeviceError, match="too many texts at once"):
            state.select(torch.zeros(70, dtype=torch.long))
        state.select(torch.zeros(20, dtype=torch.long))
        del state


def test_the_embedded_story_writer_says_the_same_as_a_gguf_file(tmp_path):
    folder = assets_dir() / "models" / "story-en"
    path = export_gguf(folder, tmp_path / "story.gguf")
    text = "Once upon a time there was an old king who"
    request = Request(Mode.WRITE, text, SamplingParams(temperature=0, max_new_tokens=40, seed=1))
    texts = [
        "".join(
            event.text for event in write(value_of(load_model(place, CPU)), request) if isinstance(event, TextChunk)
        )
        for place in (folder, path)
    ]
    assert texts[0] == texts[1]
    assert len(texts[0]) > 40


def test_what_is_taken_is_what_was_said(model, path):
    shape = read_shape(path)
    llama_cpp, memory = model.decoder.memory._lib, model.decoder.memory
    assert model.decoder.context_length == shape.window
    cells = llama_cpp.llama_n_ctx(memory._context)
    assert shape.held_cache == pytest.approx(cells * shape.cache * 4, rel=0.2)  # it rounds the number of cells up


def test_threads_follow_the_choice_of_the_engine(model):
    llama_cpp, memory = model.decoder.memory._lib, model.decoder.memory
    before = torch.get_num_threads()
    try:
        for count in (2, 1):
            torch.set_num_threads(count)
            model.decoder.step(torch.tensor([7]), model.decoder.new_state(1))
            assert llama_cpp.llama_n_threads(memory._context) == count
    finally:
        torch.set_num_threads(before)


def test_two_tokens_that_are_the_same_never_reach_llama_cpp(tmp_path):
    path = tmp_path / "twice.gguf"
    path.write_bytes(b"GGUF" + struct.pack("<IQQ", 3, 0, 1) + tokens("a", "a") + bytes(32))
    with pytest.raises(ModelError, match="two of its tokens are the same"):
        load(path, CPU)


def test_files_that_are_cut_short_are_sentences(path, tmp_path):
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ModelError, match=r"cut short \([0-9,]+ bytes are missing\)"):
        load(cut, CPU)
