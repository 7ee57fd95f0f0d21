import json
import shutil
import subprocess
import sys

import pytest
from transformers import AutoTokenizer

from engine.errors import ModelError
from engine.paths import assets_dir
from engine.tokenizer_files import load_tokenizer

MODELS = sorted(path.name for path in (assets_dir() / "models").iterdir())
TEXTS = [
    'Once upon a time, in 1984,\n"there" wasn’t  any.',
    "从前有一个人。",
    "naïve café – ¿qué? 😀",
    "</s> <pad>",
    "",
]


@pytest.mark.parametrize("model", MODELS)
def test_what_is_read_as_it_stands_is_what_transformers_reads(model):
    folder = assets_dir() / "models" / model
    loaded, expected = load_tokenizer(folder), AutoTokenizer.from_pretrained(folder)
    assert loaded.end_id == expected.eos_token_id
    assert loaded.render is None
    for text in TEXTS:
        ids = loaded.backend.encode(text, add_special_tokens=True).ids
        assert ids == expected(text).input_ids
        assert loaded.backend.decode(ids) == expected.decode(ids, skip_special_tokens=True)


@pytest.mark.parametrize(
    ("change", "rendered"),
    [
        ({"chat_template": "{% for m in messages %}[{{ m.content }}]{% endfor %}"}, "[Hello][you]"),
        ({"additional_special_tokens": ["<one>"]}, None),
        ({"tokenizer_class": "GPT2TokenizerFast"}, None),
    ],
)
def test_settings_that_say_more_are_left_to_transformers(change, rendered, tmp_path):
    folder = shutil.copytree(assets_dir() / "models" / MODELS[0], tmp_path / "model")
    path = folder / "tokenizer_config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    loaded, expected = load_tokenizer(folder), AutoTokenizer.from_pretrained(folder)
    assert loaded.backend.get_vocab_size() == len(expected)
    messages = [{"role": "user", "content": "Hello"}, {"role": "user", "content": "you"}]
    assert (loaded.render and loaded.render(messages)) == rendered


def test_a_damaged_file_is_a_sentence(tmp_path):
    folder = shutil.copytree(assets_dir() / "models" / MODELS[0], tmp_path / "model")
    (folder / "tokenizer.json").write_text("{")
    with pytest.raises(ModelError, match="missing or damaged: download the model again"):
        load_tokenizer(folder)


def test_our_own_models_write_without_transformers():
    code = (
        "import sys\n"
        "from engine.modes import Mode, Request\n"
        "from engine.params import SamplingParams\n"
        "from engine.session import Session\n"
        "session, short = Session('cpu'), SamplingParams(max_new_tokens=3, seed=1)\n"
        "list(session.run(Request(Mode.WRITE, 'Once upon a time', short)))\n"
        "german = Request(Mode.TRANSLATE, 'Good morning.', short, source_language='en', target_language='de')\n"
        "list(session.run(german))\n"
        "print('transformers' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.split()[-1] == "False"
