"""torch without what only compilers and meta tensors need, whose import takes a quarter of the time of all of torch.

`import torch` ends with `torch._meta_registrations`, which describes in Python what every operation does to shapes, and
brings torch's reference implementations along. Nothing that computes numbers asks for any of it. So the module is
left out, and comes as soon as one of those is imported that do.
"""

from __future__ import annotations

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from types import ModuleType

from engine.garbage import paused_search

_KNOWN = "2.13.0"  # the torch that this was tried with; any other is imported as it wants to be
_DESCRIPTIONS = "torch._meta_registrations"
_WITH_THEM = ("torch._decomp", "torch._prims", "torch._refs")  # in circles that only begin well at the descriptions
_WHO_NEEDS_THEM = ("accelerate", "peft", "torch._dynamo", "torch._inductor", "transformers")


def import_torch() -> None:
    """Import torch without its descriptions of operations; do nothing where torch has been imported."""
    if "torch" in sys.modules:
        return
    needed = any(name in sys.modules for name in _WHO_NEEDS_THEM)
    with paused_search():
        if not needed and version("torch").partition("+")[0] == _KNOWN:
            _import_lean()
        else:
            importlib.import_module("torch")


def complete() -> None:
    """Import what was left out, if anything was; importing transformers does so by itself."""
    for finder in sys.meta_path:
        if isinstance(finder, _Completing):
            finder.done = True
    importlib.import_module(_DESCRIPTIONS)


def _import_lean() -> None:
    nothing = _Nothing()
    sys.meta_path.insert(0, nothing)
    try:
        torch = importlib.import_module("torch")
    finally:
        sys.meta_path.remove(nothing)
    del sys.modules[_DESCRIPTIONS]
    delattr(torch, _DESCRIPTIONS.removeprefix("torch."))
    # torch's own way of importing its compilers when they are first used, as `torch._refs` and not by an import
    torch._lazy_modules.update(name.removeprefix("torch.") for name in (_DESCRIPTIONS, *_WITH_THEM))
    torch._C._set_generator_metaclass(torch._opaque_base.OpaqueBaseMeta)  # the one effect of theirs on what computes
    sys.meta_path.insert(0, _Completing())


class _Nothing(MetaPathFinder, Loader):
    """Find an empty module in place of the descriptions."""

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        return ModuleSpec(fullname, self) if fullname == _DESCRIPTIONS else None

    def exec_module(self, module: ModuleType) -> None:
        """Leave it empty."""


class _Completing(MetaPathFinder):
    """Complete torch as soon as something is imported that needs the descriptions.

    It stays among the finders when that is `done`: Python goes through them while it is told so.
    """

    def __init__(self) -> None:
        self.done = False

    def find_spec(self, fullname: str, *_: object) -> ModuleSpec | None:
        if self.done:
            return None
        if fullname in _WITH_THEM:
            return ModuleSpec(fullname, _AfterAll())
        if fullname == _DESCRIPTIONS:
            self.done = True
        elif fullname in _WHO_NEEDS_THEM:
            complete()
        return None


class _AfterAll(Loader):
    """Load a module by completing torch, which imports it in its turn."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        complete()
        self._module = sys.modules[spec.name]
        self._spec = self._module.__spec__
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__ = self._spec  # Python has put another in its place
