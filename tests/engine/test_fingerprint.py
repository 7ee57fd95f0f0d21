import pytest

from engine.fingerprint import fingerprint


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "llama"}')
    (tmp_path / "model.safetensors").write_bytes(bytes(range(256)) * 4096)  # 1 MB
    (tmp_path / "card.md").write_text("A card.")
    return tmp_path


def test_the_same_files_have_the_same_fingerprint_whatever_their_card_says(folder):
    before = fingerprint(folder)
    (folder / "card.md").write_text("Another card.")
    assert fingerprint(folder) == before


@pytest.mark.parametrize("act", ["config", "size", "weights"])
def test_other_settings_or_weights_have_another(folder, act):
    before = fingerprint(folder)
    weights = folder / "model.safetensors"
    if act == "config":
        (folder / "config.json").write_text('{"model_type": "gpt2"}')
    elif act == "size":
        weights.write_bytes(weights.read_bytes()[:-1])
    else:
        weights.write_bytes(bytes(byte ^ 1 for byte in weights.read_bytes()))
    assert fingerprint(folder) != before


def test_what_is_no_folder_is_an_error(tmp_path):
    with pytest.raises(OSError, match="No such"):
        fingerprint(tmp_path / "gone")
