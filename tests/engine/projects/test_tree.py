from hypothesis import given
from hypothesis import strategies as st

from engine.projects.folder import Entry
from engine.projects.state import ProjectState, split
from engine.projects.tree import arrange, neighbour, placed

NAMES = st.sampled_from([f"{letter}.md" for letter in "abcdefgh"])
FOLDERS = ("Part", "Part/Deep", "Other")


@st.composite
def projects(draw):
    """A folder's entries in any order, and a state that knows of some of them and of others that are gone."""
    folders = [Entry(path, is_folder=True) for path in FOLDERS]
    names = {folder: draw(st.sets(NAMES)) for folder in ("", *FOLDERS)}
    files = [Entry(f"{folder}/{name}" if folder else name) for folder in names for name in sorted(names[folder])]
    order = draw(st.dictionaries(st.sampled_from(["", *FOLDERS, "gone"]), st.lists(NAMES, unique=True).map(tuple)))
    return draw(st.permutations(folders + files)), ProjectState(order)


@given(projects())
def test_the_tree_holds_every_entry_once_under_its_folder(project):
    entries, state = project
    nodes = list(arrange(entries, state).walk())
    assert sorted(node.path for node in nodes) == sorted(entry.path for entry in entries)
    assert all(node.parent is not None and split(node.path)[0] == node.parent.path for node in nodes)
    assert all(node.parent.children[node.row] is node for node in nodes)


@given(projects())
def test_ordered_names_come_first_in_their_order_and_the_others_by_name(project):
    entries, state = project
    root = arrange(entries, state)
    for node in (root, *(each for each in root.walk() if each.is_folder)):
        names = [child.name for child in node.children]
        wanted = [name for name in state.order.get(node.path, ()) if name in names]
        assert names[: len(wanted)] == wanted
        rest = names[len(wanted) :]
        assert rest == sorted(rest, key=str.casefold)


@given(projects())
def test_the_order_in_which_a_disk_lists_its_files_means_nothing(project):
    entries, state = project
    assert [node.path for node in arrange(entries, state).walk()] == [
        node.path for node in arrange(list(reversed(entries)), state).walk()
    ]


@given(projects(), st.data())
def test_what_is_left_out_is_gone_with_all_below_it_and_nothing_else(project, data):
    entries, state = project
    out = data.draw(st.sampled_from([entry.path for entry in entries]))
    left = {node.path for node in arrange(entries, ProjectState(state.order, frozenset({out}))).walk()}
    assert left == {entry.path for entry in entries if entry.path != out and not entry.path.startswith(f"{out}/")}


@given(st.lists(NAMES, unique=True, min_size=1), st.data())
def test_moving_puts_a_name_where_it_was_dropped_and_keeps_the_order_of_the_others(names, data):
    moved, row = data.draw(NAMES), data.draw(st.integers(0, len(names)))
    after = placed(names, moved, row)
    assert [name for name in after if name != moved] == [name for name in names if name != moved]
    assert after.count(moved) == 1
    before = [name for name in names[:row] if name != moved]
    assert after.index(moved) == len(before)


@given(projects())
def test_a_walk_from_neighbour_to_neighbour_sees_every_document(project):
    root = arrange(*project)
    seen, here = [], ""
    while here := neighbour(root, here, 1) if here else neighbour(root, "", 0):
        seen.append(here)
    assert seen == root.documents()
    back = [seen[-1]] if seen else []
    while back and (here := neighbour(root, back[-1], -1)):
        back.append(here)
    assert back == list(reversed(seen))
