import json
import os
import shutil
import subprocess
import sys

import pytest
import torch
import transformers
from safetensors.torch import load_file

from engine.conversion import convert_model
from engine.errors import ModelError
from engine.events import ModelInstalled, TextChunk
from engine.models import pretrained
from engine.models.base import Seq2SeqDecoder
from engine.models.families import load_decoder
from engine.models.loaded import load_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import downloads_dir, models_dir
from engine.translate import translate
from tests.engine.tagged_models import LESSON, TAGGED_KINDS, taught_folder
from tests.engine.tiny_loaded import CPU, tiny_folder, value_of


@pytest.fixture
def pickled(tmp_path):
    folder = shutil.copytree(tiny_folder("llama"), tmp_path / "old-model")
    weights = folder / "model.safetensors"
    torch.save(load_file(weights), folder / "pytorch_model.bin")
    weights.unlink()
    return folder


def assert_nothing_left():
    assert not models_dir().exists()
    assert not downloads_dir().exists()


def test_pickled_weights_become_safetensors_of_the_same_numbers(pickled):
    events = list(convert_model(pickled))
    made = models_dir() / "old-model"
    assert ModelInstalled("old-model", str(made)) in events
    expected = load_file(tiny_folder("llama") / "model.safetensors")
    found = load_file(made / "model.safetensors")
    assert found.keys() == expected.keys()
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert (pickled / "pytorch_model.bin").is_file()
    assert not (made / "pytorch_model.bin").exists()
    assert not downloads_dir().exists()


def test_shards_are_put_together(pickled):
    whole = torch.load(pickled / "pytorch_model.bin", weights_only=True)
    (pickled / "pytorch_model.bin").unlink()
    names = sorted(whole)
    parts = {"pytorch_model-1.bin": names[::2], "pytorch_model-2.bin": names[1::2]}
    for file, part in parts.items():
        torch.save({name: whole[name] for name in part}, pickled / file)
    weight_map = {name: file for file, part in parts.items() for name in part}
    (pickled / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    list(convert_model(pickled))
    assert load_file(models_dir() / "old-model/model.safetensors").keys() == whole.keys()
    weight_map["evil"] = "../../secret.bin"
    (pickled / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": weight_map}))
    with pytest.raises(ModelError, match="outside its folder"):
        list(convert_model(pickled))


class Evil:
    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def test_a_pickle_that_is_a_program_is_refused_and_not_run(pickled, tmp_path):
    torch.save({"weight": Evil(tmp_path / "ran")}, pickled / "pytorch_model.bin")
    with pytest.raises(ModelError, match="hold more than numbers, or are damaged"):
        list(convert_model(pickled))
    assert not (tmp_path / "ran").exists()
    assert_nothing_left()


def test_what_is_damaged_or_missing_is_a_sentence(pickled):
    (pickled / "pytorch_model.bin").write_bytes(b"cut")
    with pytest.raises(ModelError, match="or are damaged"):
        list(convert_model(pickled))
    (pickled / "pytorch_model.bin").unlink()
    with pytest.raises(ModelError, match=r"holds no pytorch_model\.bin"):
        list(convert_model(pickled))
    with pytest.raises(ModelError, match="has safetensors already"):
        list(convert_model(tiny_folder("llama")))
    assert_nothing_left()


def test_a_conversion_that_is_closed_leaves_nothing(pickled):
    running = convert_model(pickled)
    next(running)
    running.close()
    assert_nothing_left()


@pytest.mark.parametrize(
    "act",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "open('other', 'w')",
        "import os; os.remove('target')",
    ],
)
def test_whoever_outwits_the_reader_is_locked_up(act, tmp_path):
    (tmp_path / "target").write_text("")
    code = (
        "from pathlib import Path\nfrom engine.models.unpickle import leave_the_network, lock\nleave_the_network()\n"
        "lock(Path('target'))\nopen('target', 'w').close()\n"
        f"try:\n    {act}\nexcept PermissionError:\n    print('held')\n"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert done.stdout == "held\n", done.stderr
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize("kind", TAGGED_KINDS)
def test_a_translator_with_tags_is_converted_and_writes_the_same(kind, tmp_path):
    folder = shutil.copytree(taught_folder(kind), tmp_path / "old-model")
    model = transformers.AutoModelForSeq2SeqLM.from_pretrained(folder)
    weights = model.state_dict()
    assert weights["lm_head.weight"].data_ptr() == weights["model.shared.weight"].data_ptr()
    assert not any(name.endswith("embed_positions.weights") for name in weights), "sinusoids are computed"
    if kind != "mbart50":  # old files hold them all the same
        weights["model.decoder.embed_positions.weights"] = model.model.decoder.embed_positions.weights
    (folder / "model.safetensors").unlink()
    torch.save(weights, folder / "pytorch_model.bin")
    (folder / "sentencepiece.bpe.model").write_bytes(b"pieces")
    list(convert_model(folder))
    made = models_dir() / "old-model"
    assert (made / "sentencepiece.bpe.model").exists()
    assert (made / "model.safetensors").stat().st_size < (folder / "pytorch_model.bin").stat().st_size + 20_000
    loaded = value_of(load_model(made, CPU))
    request = Request(Mode.TRANSLATE, LESSON[0]["en"], SamplingParams(beams=4, seed=1))
    for target in ("de", "zh"):
        events = translate(loaded, request, "en", target)
        assert "".join(event.text for event in events if isinstance(event, TextChunk)) == LESSON[0][target]


@pytest.mark.parametrize("kind", ["marian", "bart", "t5", "gpt2"])
def test_what_is_tied_is_written_once_and_tied_again_on_loading(kind, tmp_path):
    folder = shutil.copytree(tiny_folder(kind), tmp_path / "tied")
    loader = transformers.AutoModelForCausalLM if kind == "gpt2" else transformers.AutoModelForSeq2SeqLM
    config = transformers.AutoConfig.from_pretrained(folder)
    config.tie_word_embeddings = True
    expected = loader.from_config(config).eval()
    config.save_pretrained(folder)
    (folder / "model.safetensors").unlink()
    torch.save(expected.state_dict(), folder / "pytorch_model.bin")
    assert len({tensor.data_ptr() for tensor in expected.state_dict().values()}) < len(expected.state_dict())
    list(convert_model(folder))
    made = models_dir() / "tied"
    assert (made / "model.safetensors").stat().st_size < (folder / "pytorch_model.bin").stat().st_size
    ids = torch.arange(4, 10)[None]
    inputs = {"input_ids": ids} if kind == "gpt2" else {"input_ids": ids, "decoder_input_ids": ids}
    with torch.inference_mode():
        logits = expected(**inputs).logits[:, -1]
    for load in (load_decoder, pretrained.load):
        decoder = load(made, CPU)
        mask = torch.ones_like(ids, dtype=torch.bool)
        state = decoder.encode(ids, mask) if isinstance(decoder, Seq2SeqDecoder) else decoder.new_state(1)
        torch.testing.assert_close(decoder.prefill(ids, state)[0], logits, atol=1e-4, rtol=1e-4)
