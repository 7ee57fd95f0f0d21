"""Downloads against a server that behaves like the hub, and through everything that can go wrong on the way."""

import json
import shutil
import signal

import pytest
import torch
from safetensors.torch import load

from engine.catalog import find_model
from engine.errors import ModelError, NetworkError, StorageError
from engine.events import Finished, ModelInstalled, Notice, Progress, TextChunk
from engine.hub.client import Hub
from engine.hub.download import download
from engine.hub.request import Connection
from engine.hub.staging import discard, staging_folder, unfinished
from engine.library import remove_model
from engine.modes import Mode, Request
from engine.params import SamplingParams
from engine.paths import config_dir, downloads_dir, models_dir
from engine.session import Session
from tests.engine.hub.conftest import REPO
from tests.engine.hub.downloading import AT_ONCE, WEIGHTS, assert_installed, run, weights_asked
from tests.engine.tagged_models import LESSON, taught_folder


def test_only_what_a_model_needs_is_fetched_and_it_is_put_to_use(hub, request_for, server, files):
    events = run(hub, request_for())
    assert events[-2:] == [ModelInstalled("tiny", str(models_dir() / "tiny")), Finished()]
    assert_installed(files)
    fetched = {path for path, _ in server.asked}
    assert "README.md" in fetched
    assert not fetched & {"pytorch_model.bin", "onnx/model.onnx", "../escape.json"}
    assert find_model("tiny", Mode.WRITE).licence == "apache-2.0"
    last = [event for event in events if isinstance(event, Progress)][-1]
    assert last.done == last.total == sum(len(files[name]) for name in fetched)


def test_a_download_left_at_any_point_goes_on_from_its_last_byte(hub, request_for, server, files):
    server.seconds_per_piece = 0.02
    path = staging_folder(REPO) / WEIGHTS
    had = 0
    while not (models_dir() / "tiny").exists():
        events = download(hub, request_for(), AT_ONCE)
        while (next(events, None)) and _size(path) == had:
            pass
        events.close()
        had = _size(path)
    assert_installed(files)
    starts = [int(asked.removeprefix("bytes=").rstrip("-")) if asked else 0 for asked in weights_asked(server)]
    assert len(starts) > 2
    assert starts == sorted(set(starts))


def _size(path):
    return path.stat().st_size if path.is_file() else 0


@pytest.mark.parametrize(
    "faults",
    [
        pytest.param([("cut", 50_000), ("cut", 0), ("cut", 100_000)], id="cut connections"),
        pytest.param([503, 500, ("pause", 0)], id="a busy server"),
        pytest.param([("cut", 50_000), "whole"], id="a server that ignores ranges"),
        pytest.param([("wrong", 200_000)], id="wrong bytes"),
        pytest.param([("cut", 90_000), ("wrong", 10)], id="wrong bytes behind right ones"),
    ],
)
def test_the_file_arrives_intact_through(faults, hub, request_for, server, files):
    server.faults = list(faults)
    events = run(hub, request_for())
    assert_installed(files)
    assert server.faults == []
    said = [event.message for event in events if isinstance(event, Notice)]
    assert len(said) == sum(isinstance(fault, tuple) and fault[0] == "wrong" for fault in faults)


def test_no_byte_is_fetched_twice_after_a_cut(hub, request_for, server):
    server.faults = [("cut", 50_000)]
    run(hub, request_for())
    assert weights_asked(server) == ["", "bytes=50000-"]


def test_waiting_for_a_server_is_told_and_can_be_left(hub, request_for, server):
    server.faults = [("pause", 60)]
    events = download(hub, request_for(), AT_ONCE)
    waiting = next(event for event in events if isinstance(event, Progress) and "next try in 1 min" in event.note)
    assert waiting.total > waiting.done
    events.close()


def test_a_server_that_stays_away_is_a_sentence_and_what_came_is_kept(hub, request_for, server):
    server.faults = [("cut", 50_000), *[503] * 9]
    with pytest.raises(NetworkError, match="has a fault"):
        run(hub, request_for())
    (begun,) = unfinished()
    assert begun.done > 50_000
    discard(REPO)
    assert not downloads_dir().exists()


def test_bytes_that_are_wrong_twice_are_given_up(hub, request_for, server):
    server.faults = [("wrong", 5), ("wrong", 5)]
    with pytest.raises(NetworkError, match=r"model\.safetensors.*damaged twice"):
        run(hub, request_for())
    assert not (models_dir() / "tiny").exists()


def test_gated_models_need_a_token_which_never_reaches_the_files_server(hub, request_for, server, files):
    server.repos[REPO].gated = True
    with pytest.raises(ModelError, match=f"accepted its terms: do so at {server.endpoint}/{REPO}"):
        run(hub, request_for())
    hub.close()
    for token, refused in (("bad", True), ("good", False)):
        signed = Hub(Connection(server.endpoint), token)
        if refused:
            with pytest.raises(ModelError, match="accepted its terms"):
                run(signed, request_for())
        else:
            run(signed, request_for())
    assert_installed(files)
    assert server.leaked == []


def test_a_full_disk_is_noticed_before_anything_is_fetched(hub, request_for, server, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**9, 10**9, 10**8))
    with pytest.raises(StorageError, match="the disk has 100 MB left"):
        run(hub, request_for())
    assert server.asked == []


def test_a_model_is_fetched_by_one_process_at_a_time(hub, request_for, server, files):
    first = download(hub, request_for(), AT_ONCE)
    next(first)
    asked = len(server.asked)
    with pytest.raises(StorageError, match=f"{REPO} is being fetched by another window or command"):
        run(hub, request_for())
    with pytest.raises(StorageError, match=f"{REPO} is being fetched by another window or command"):
        discard(REPO)
    assert len(server.asked) == asked
    assert list(first)[-2] == ModelInstalled("tiny", str(models_dir() / "tiny"))
    assert_installed(files)
    assert weights_asked(server) == [""]


def test_a_disk_that_gets_full_is_a_sentence_and_what_came_is_kept(hub, request_for, server, files):
    resource = pytest.importorskip("resource")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        with pytest.raises(StorageError, match=r"cannot be written: .*Make room"):
            run(hub, request_for())
    finally:
        signal.signal(signal.SIGXFSZ, before)
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    run(hub, request_for())
    assert_installed(files)
    assert weights_asked(server)[-1] == "bytes=100000-"


def test_the_writers_list_names_a_model_and_where_it_is_damaged_spoils_no_download(hub, request_for):
    config_dir().mkdir(parents=True)
    facts = 'title = "Ours"\ntasks = ["write"]\nlicence = ""\nsize_bytes = 1\nwords = "Small"'
    (config_dir() / "hub-models.toml").write_text(f'[[model]]\nrepo = "{REPO}"\n{facts}\n')
    run(hub, request_for())
    assert find_model("tiny", Mode.WRITE).title == "Ours"
    remove_model("tiny")
    (config_dir() / "hub-models.toml").write_text("[[model")
    events = run(hub, request_for())
    assert next(event.message for event in events if isinstance(event, Notice)).startswith("The list of models")
    assert find_model("tiny", Mode.WRITE).title == "tiny"


def test_a_name_that_is_taken_becomes_that_of_owner_and_model(hub, request_for):
    run(hub, request_for())
    assert run(hub, request_for())[-2] == ModelInstalled("writers--tiny", str(models_dir() / "writers--tiny"))


def test_a_translator_with_tags_arrives_as_its_repository_is(hub, request_for, server, tmp_path):
    folder = taught_folder("nllb")
    held = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != WEIGHTS}
    tokens = {token["content"] for token in json.loads(held["tokenizer.json"])["added_tokens"]}
    names = {"tokenizer_class": "NllbTokenizer", "src_lang": None, "eos_token": "</s>", "model_max_length": 1024}
    held["tokenizer_config.json"] = json.dumps(names).encode()
    held["special_tokens_map.json"] = json.dumps({"additional_special_tokens": sorted(tokens)}).encode()
    held["sentencepiece.bpe.model"] = b"not looked at"
    torch.save(load((folder / WEIGHTS).read_bytes()), tmp_path / "weights")
    server.repos[REPO].files = {**held, "pytorch_model.bin": (tmp_path / "weights").read_bytes()}
    assert run(hub, request_for())[-2] == ModelInstalled("tiny", str(models_dir() / "tiny"))
    entry = find_model("tiny", Mode.TRANSLATE)
    assert (entry.tasks, entry.languages) == (("translate",), ("en", "de", "fr", "es", "zh"))
    request = Request(Mode.TRANSLATE, LESSON[1]["en"], SamplingParams(beams=4), "tiny", 1, "en", "zh")
    events = Session("cpu").run(request)
    assert "".join(event.text for event in events if isinstance(event, TextChunk)) == LESSON[1]["zh"]
