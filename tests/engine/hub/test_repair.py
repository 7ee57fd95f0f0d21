import json

import pytest

from engine.catalog import check_files, entry_of
from engine.errors import ModelError, NetworkError, StorageError
from engine.events import Finished, ModelInstalled, Notice
from engine.hub.repair import repair
from engine.hub.staging import LIST
from engine.library import verify_model
from engine.paths import models_dir
from tests.engine.hub.downloading import AT_ONCE, WEIGHTS, run
from tests.engine.tiny_models import tiny_causal


@pytest.fixture
def model(hub, request_for, server):
    run(hub, request_for())
    server.asked.clear()
    return models_dir() / "tiny"


def repaired(hub, name="tiny"):
    return list(repair(hub, name, AT_ONCE))


def test_only_what_is_damaged_or_missing_is_fetched(hub, model, server, files):
    (model / WEIGHTS).write_bytes(files[WEIGHTS][:-5] + b"wrong")
    (model / "config.json").unlink()
    with pytest.raises(ModelError, match=r"config\.json is missing"):
        list(verify_model(entry_of(model)))
    events = repaired(hub)
    assert ModelInstalled("tiny", str(model)) in events
    assert any(isinstance(event, Notice) and "whole again" in event.message for event in events)
    assert {path for path, _ in server.asked} == {WEIGHTS, "config.json"}
    assert (model / WEIGHTS).read_bytes() == files[WEIGHTS]
    assert not (model / ".repair").exists()
    check_files(model)
    list(verify_model(entry_of(model)))


def test_a_whole_model_asks_for_nothing(hub, model, server):
    assert Notice("tiny is whole: nothing had to be fetched.") in repaired(hub)
    assert server.asked == []


def test_a_repair_that_was_cut_goes_on_from_its_last_byte(hub, model, server, files):
    (model / WEIGHTS).write_bytes(b"")
    server.faults[:] = [("cut", 50_000), *[500] * (len(AT_ONCE) + 1)]
    with pytest.raises(NetworkError):
        repaired(hub)
    assert (model / WEIGHTS).read_bytes() == b""  # what is there is replaced once all has come
    there = (model / ".repair" / WEIGHTS).stat().st_size
    assert there > 0
    server.faults.clear()
    server.asked.clear()
    repaired(hub)
    assert server.asked == [(WEIGHTS, f"bytes={there}-")]
    assert (model / WEIGHTS).read_bytes() == files[WEIGHTS]


def test_a_model_of_unknown_origin_cannot_be_repaired(hub):
    tiny_causal(models_dir() / "mine", "llama")
    with pytest.raises(ModelError, match="Where mine came from is not known"):
        repaired(hub, "mine")


def test_a_list_that_leads_out_of_the_folder_is_no_origin(hub, model, server, tmp_path):
    novel = tmp_path / "novel.txt"
    novel.write_text("Once upon a time")
    values = json.loads((model / LIST).read_text())
    values["files"].append({"path": str(novel), "size": 5})
    (model / LIST).write_text(json.dumps(values))
    with pytest.raises(ModelError, match="Where tiny came from is not known"):
        repaired(hub)
    assert novel.read_text() == "Once upon a time"
    assert server.asked == []


def test_links_that_a_copied_folder_brought_are_not_written_through(hub, model, files, tmp_path):
    novel = tmp_path / "novel.txt"
    for place in (model / ".repair", model / ".repair" / "config.json"):
        (model / "config.json").unlink()
        novel.write_text("Once upon a time")
        if place.name == ".repair":
            (tmp_path / "config.json").write_text("Once upon a time")
            place.symlink_to(tmp_path)
        else:
            place.parent.mkdir()
            place.symlink_to(novel)
        repaired(hub)
        assert (model / "config.json").read_bytes() == files["config.json"]
        assert novel.read_text() == (tmp_path / "config.json").read_text() == "Once upon a time"


def test_a_model_is_repaired_by_one_process_at_a_time(hub, model):
    (model / "config.json").unlink()
    first = repair(hub, "tiny", AT_ONCE)
    next(first)
    with pytest.raises(StorageError, match="tiny is being repaired by another window or command"):
        repaired(hub)
    assert list(first)[-1] == Finished()


@pytest.mark.usefixtures("pickled")
def test_weights_that_were_converted_here_have_no_origin_to_be_mended_from(hub, request_for):
    run(hub, request_for())
    folder = models_dir() / "tiny"
    assert Notice("tiny is whole: nothing had to be fetched.") in repaired(hub)
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:-100])
    with pytest.raises(ModelError, match=r"model\.safetensors.*[Dd]ownload"):
        repaired(hub)
    (folder / "config.json").unlink()
    with pytest.raises(ModelError, match=r"model\.safetensors.*[Dd]ownload"):
        repaired(hub)
    assert (folder / "config.json").is_file()
