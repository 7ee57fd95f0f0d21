import pytest

from engine.errors import ModelError
from engine.gguf.entry import check_gguf, gguf_entry, others_models
from tests.engine.gguf.small_files import FACTS, WHOLE, gguf_file, put


def test_an_entry_says_what_a_file_can_do(tmp_path):
    entry = gguf_entry(put(tmp_path / "a.gguf"))
    assert (entry.tasks, entry.size_bytes) == (("write",), len(WHOLE))
    chat = gguf_entry(put(tmp_path / "b.gguf", gguf_file([*FACTS, ("tokenizer.chat_template", "x")])))
    assert chat.tasks == ("write", "translate", "summarise", "rewrite", "dialogue")
    broken = gguf_entry(put(tmp_path / "c.gguf", WHOLE[:100]))
    assert broken.tasks == ()
    assert "cut short" in broken.strength


def test_a_model_in_parts_is_whole_with_all_of_them(tmp_path):
    pytest.importorskip("llama_cpp")
    first, second = (put(tmp_path / f"big-0000{number}-of-00002.gguf") for number in (1, 2))
    check_gguf(first)
    assert gguf_entry(first).size_bytes == 2 * len(WHOLE)
    second.unlink()
    with pytest.raises(ModelError, match=r"big-00002-of-00002\.gguf is missing"):
        check_gguf(first)


def test_those_of_other_programs_are_named_and_say_whose_they_are(tmp_path):
    put(tmp_path / ".lmstudio/models/someone/thing-GGUF/thing-Q4_K_M.gguf")
    put(tmp_path / ".local/share/Jan/data/llamacpp/models/some-model/model.gguf")
    found = {entry.id: entry for entry in others_models(tmp_path)}
    assert sorted(found) == ["some-model", "thing-Q4_K_M"]
    assert "LM Studio, which is read where it lies" in found["thing-Q4_K_M"].strength
