import json

from engine.gguf.entry import gguf_entry, is_gguf, others_models
from tests.engine.gguf.test_header import FACTS, WHOLE, gguf_file


def put(path, data=WHOLE):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_files_of_other_programs_are_found_and_named(tmp_path):
    put(tmp_path / ".lmstudio/models/someone/thing-GGUF/thing-Q4_K_M.gguf")
    put(tmp_path / ".lmstudio/models/someone/thing-GGUF/mmproj-thing.gguf")
    put(tmp_path / ".local/share/nomic.ai/GPT4All/small.gguf")
    put(tmp_path / "jan/models/a/part-00001-of-00002.gguf")
    put(tmp_path / "jan/models/a/part-00002-of-00002.gguf")
    put(tmp_path / "koboldcpp/kobold.gguf")
    put(tmp_path / "elsewhere/other.gguf")
    store = tmp_path / ".ollama/models"
    put(store / "blobs/sha256-abc123")
    manifest = store / "manifests/registry.ollama.ai/library/llama3/8b"
    layer = {"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:abc123"}
    put(manifest, json.dumps({"layers": [layer]}).encode())
    put(manifest.with_name("evil"), json.dumps({"layers": [{**layer, "digest": "sha256:../../x"}]}).encode())
    put(manifest.with_name("broken"), b"{")
    before = sorted(path for path in tmp_path.rglob("*"))
    found = {entry.id: entry for entry in others_models(tmp_path)}
    assert sorted(found) == ["kobold", "llama3-8b", "part-00001-of-00002", "small", "thing-Q4_K_M"]
    assert "LM Studio, which is read where it lies" in found["thing-Q4_K_M"].strength
    assert found["llama3-8b"].folder == store / "blobs/sha256-abc123"
    assert sorted(path for path in tmp_path.rglob("*")) == before


def test_an_entry_says_what_a_file_can_do(tmp_path):
    entry = gguf_entry(put(tmp_path / "a.gguf"))
    assert (entry.tasks, entry.size_bytes) == (("write",), len(WHOLE))
    chat = gguf_entry(put(tmp_path / "b.gguf", gguf_file([*FACTS, ("tokenizer.chat_template", "x")])))
    assert chat.tasks == ("write", "translate", "summarise", "rewrite", "dialogue")
    broken = gguf_entry(put(tmp_path / "c.gguf", WHOLE[:100]))
    assert broken.tasks == ()
    assert "cut short" in broken.strength


def test_files_are_known_by_name_or_beginning(tmp_path):
    assert is_gguf(put(tmp_path / "a.gguf", b""))
    assert is_gguf(put(tmp_path / "blob"))
    assert not is_gguf(put(tmp_path / "text", b"GG"))
    assert not is_gguf(tmp_path)
