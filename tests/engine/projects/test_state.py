import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import InputError, StorageError
from engine.projects.state import FILE_NAME, ProjectState, change_state, load_state

DEEP = b'{"colours": ' + b"[" * 500 + b"]" * 500 + b"}"  # what Python reads, and could not write back
NAMES = st.text(alphabet=st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=6)


def test_a_folder_without_a_file_has_nothing_arranged(tmp_path):
    assert load_state(tmp_path) == ProjectState()
    assert list(tmp_path.iterdir()) == []


@given(order=st.dictionaries(NAMES, st.lists(NAMES, unique=True).map(tuple), max_size=3), out=st.frozensets(NAMES))
def test_what_is_kept_comes_back(tmp_path_factory, order, out):
    folder = tmp_path_factory.mktemp("project")
    kept = change_state(folder, lambda _state: ProjectState(order, out))
    assert kept == load_state(folder) == ProjectState(order, out)


def test_what_another_version_keeps_there_stays(tmp_path):
    (tmp_path / FILE_NAME).write_text(json.dumps({"order": {"": ["a.md"]}, "colours": {"a.md": "red"}}))
    change_state(tmp_path, lambda state: state.with_order("", ("b.md", "a.md")))
    values = json.loads((tmp_path / FILE_NAME).read_text())
    assert values["colours"] == {"a.md": "red"}
    assert values["order"] == {"": ["b.md", "a.md"]}


def test_changes_of_two_windows_add_up(tmp_path):
    change_state(tmp_path, lambda state: state.with_order("A", ("1", "2")))
    change_state(tmp_path, lambda state: state.with_order("B", ("3",)))
    assert load_state(tmp_path).order == {"A": ("1", "2"), "B": ("3",)}


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"null", DEEP])
def test_a_file_that_cannot_be_used_is_said_and_left_alone(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    with pytest.raises(InputError, match="mend or delete it"):
        load_state(tmp_path)
    with pytest.raises(InputError):
        change_state(tmp_path, lambda state: state)
    assert (tmp_path / FILE_NAME).read_bytes() == content


def test_a_pipe_in_its_place_is_said_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / FILE_NAME)
    with pytest.raises(InputError, match="mend or delete it"):
        load_state(tmp_path)


@pytest.mark.parametrize(
    "values", [{"order": 3}, {"order": {"": 5}}, {"order": {"": [1, None, "a"]}}, {"left_out": {"a": 1}}, {"order": []}]
)
def test_values_of_the_wrong_kind_count_for_nothing(tmp_path, values):
    (tmp_path / FILE_NAME).write_text(json.dumps(values))
    state = load_state(tmp_path)
    assert state.left_out == frozenset()
    assert all(isinstance(name, str) for names in state.order.values() for name in names)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the super-user may write everywhere")
def test_a_folder_that_may_not_be_written_is_said(tmp_path):
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(StorageError, match="read-only"):
            change_state(tmp_path, lambda state: state.with_order("", ("a",)))
    finally:
        tmp_path.chmod(0o700)


def test_the_order_follows_a_new_name():
    order = {"": ("Part", "b.md"), "Part": ("a.md", "c.md"), "Part/Deep": ("d",)}
    state = ProjectState(order, frozenset({"Part/e.md"}))
    renamed = state.renamed("Part", "Teil").renamed("Teil/a.md", "Teil/z.md")
    assert renamed.order == {"": ("Teil", "b.md"), "Teil": ("z.md", "c.md"), "Teil/Deep": ("d",)}
    assert renamed.left_out == {"Teil/e.md"}
