import pytest

from engine.languages import LANGUAGES
from engine.text import identifier

TEXTS = ("Guten Morgen", "the old king", "Où est la gare ?", "¿Dónde está?", "x", "", "ÄÖÜ ẞ\ud800")


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(identifier, "cache_dir", lambda: tmp_path / "cache")
    return tmp_path / "cache"


def fresh():
    return identifier.language_identifier.__wrapped__()


def ranks(made):
    return [made.rank(text) for text in TEXTS]


def test_what_was_kept_ranks_as_the_library_does(cache, monkeypatch):
    unpacked = fresh()
    monkeypatch.setattr(identifier, "MODEL_FILE", "missing")
    assert ranks(fresh()) == ranks(unpacked)
    assert set(unpacked.labels) == set(LANGUAGES) - {"zh"}


@pytest.mark.parametrize("name", ["moves", "codes", "rows"])
@pytest.mark.parametrize("size", [0, 100])
def test_what_is_cut_off_is_made_anew(cache, monkeypatch, name, size):
    expected = ranks(fresh())
    (kept,) = cache.rglob(f"{name}.npy")
    kept.write_bytes(kept.read_bytes()[:size])
    assert ranks(fresh()) == expected
    monkeypatch.setattr(identifier, "MODEL_FILE", "missing")
    assert ranks(fresh()) == expected


def test_it_works_where_nothing_can_be_kept(cache):
    cache.write_text("a file in place of the folder")
    assert fresh().rank("Guten Morgen, wie geht es dir?")[0][0] == "de"
