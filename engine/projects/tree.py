"""The documents of a project in the writer's order. Torch-free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine.projects.folder import Entry
from engine.projects.names import natural_key
from engine.projects.state import ProjectState, split


@dataclass(eq=False, slots=True)
class Node:
    """A document, a folder, or the project itself, whose path is ""."""

    path: str
    is_folder: bool
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Return the name of the file or folder."""
        return split(self.path)[1]

    @property
    def row(self) -> int:
        """Return the place among its neighbours."""
        return self.parent.children.index(self) if self.parent is not None else 0

    def walk(self) -> Iterator[Node]:
        """Yield what lies below, from top to bottom."""
        for child in self.children:
            yield child
            yield from child.walk()

    def documents(self) -> list[str]:
        """Return the paths of the documents below, from first to last."""
        return [node.path for node in self.walk() if not node.is_folder]


def arrange(entries: Iterable[Entry], state: ProjectState) -> Node:
    """Return the tree of `entries`: first the names that the state orders, then the others in their natural order."""
    root = Node("", is_folder=True)
    nodes = {"": root}
    hidden: set[str] = set()
    for entry in sorted(entries, key=lambda entry: entry.path.count("/")):
        parent = split(entry.path)[0]
        if entry.path in state.left_out or parent in hidden:
            hidden.add(entry.path)
        elif parent in nodes:
            node = Node(entry.path, entry.is_folder, nodes[parent])
            nodes[parent].children.append(node)
            nodes[entry.path] = node
    for node in nodes.values():
        places = {name: place for place, name in enumerate(state.order.get(node.path, ()))}
        node.children.sort(key=lambda child: (places.get(child.name, len(places)), natural_key(child.name)))
    return root


def placed(names: Iterable[str], moved: str, row: int) -> tuple[str, ...]:
    """Return `names` with `moved` in front of what stands at `row` now, or behind the last; it may be new to them."""
    names = list(names)
    before = [name for name in names[:row] if name != moved]
    return (*before, moved, *(name for name in names[row:] if name != moved))


def neighbour(root: Node, path: str, step: int) -> str:
    """Return the document `step` places on from `path`, "" where there is none."""
    documents = root.documents()
    if path not in documents:
        return documents[0] if documents else ""
    place = documents.index(path) + step
    return documents[place] if 0 <= place < len(documents) else ""
