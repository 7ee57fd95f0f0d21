"""The rules of the design that hold for every file, and the guard on Qt's binding."""

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal

from tests.engine.tiny_models import tiny_causal

ROOT = Path(__file__).resolve().parent.parent
HEAVY = {"torch", "transformers"}
NETWORK = {"socket", "socketserver", "ssl", "http", "urllib.request", "httpx2", "httpx", "requests", "huggingface_hub"}
THREADS = {"threading", "_thread", "concurrent", "multiprocessing"}
# Beside inference: the package itself, and those that drive it.
TRAINERS = {"engine/training", "engine/cli/training.py", "engine/service.py"}


@cache
def imports(path: Path) -> set[str]:
    """Return the dotted names a file imports anywhere, those below `if TYPE_CHECKING` excepted."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            node.body = []
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def offenders(folder: str, forbidden: set[str], allowed: set[str] = frozenset()) -> list[str]:
    """Return the files below `folder` that import one of the modules `forbidden`."""
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if any(name == entry or name.startswith(entry + "/") for entry in allowed):
            continue
        names = imports(path)
        found += [f"{name}: {each}" for each in names if any(f"{each}.".startswith(f"{bad}.") for bad in forbidden)]
    return found


def run_python(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error::ResourceWarning", "-c", code, *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)


def test_the_scan_finds_imports_wherever_they_stand(tmp_path):
    path = tmp_path / "module.py"
    path.write_text("import a.b\nfrom c import d\ndef f():\n    from e.f import g\nif TYPE_CHECKING:\n    import h\n")
    assert imports(path) == {"a.b", "c.d", "e.f.g"}


@pytest.mark.parametrize("binding", ["PySide6", "shiboken6", "PyQt6", "gui"])
def test_engine_knows_no_qt(binding):
    assert offenders("engine", {binding}) == []


def test_gui_names_no_heavy_module():
    assert offenders("gui", HEAVY | {"tokenizers", "safetensors"}) == []


def test_inference_never_imports_training():
    assert offenders("engine", {"engine.training"}, TRAINERS) == []


def test_only_the_service_starts_threads():
    assert offenders("engine", THREADS, {"engine/service.py"}) == []


def test_only_the_hub_and_servers_know_the_network():
    assert offenders("engine", NETWORK, {"engine/hub", "engine/remote"}) == []
    assert offenders("gui", NETWORK | {"PySide6.QtNetwork", "PySide6.QtWebEngineWidgets"}) == []


def test_no_test_leans_on_another_test():
    """What several need lies in modules beside them."""
    for path in sorted((ROOT / "tests").rglob("*.py")):
        assert not [name for name in imports(path) if re.match(r"tests\.(\w+\.)*test_", name)], path


def test_the_engine_package_is_empty():
    assert (ROOT / "engine/__init__.py").read_text() == ""


def test_the_window_loads_without_torch():
    code = """
import importlib, pkgutil, sys
import gui
names = [module.name for module in pkgutil.walk_packages(gui.__path__, "gui.") if "__main__" not in module.name]
for name in names:
    importlib.import_module(name)
assert "gui.engine_client" in names
print(sorted({"torch", "transformers", "tokenizers", "safetensors"} & set(sys.modules)))
"""
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("module", ["cli", "protocol", "service", "session", "catalog", "presets"])
def test_light_modules_stay_light(module):
    code = f"import sys, engine.{module}; print(sorted({{'torch', 'transformers', 'PySide6'}} & set(sys.modules)))"
    done = run_python(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


NETWORK_FREE = """
import sys

def guard(event, arguments):
    if event.startswith("socket.") and event != "socket.__new__":
        raise PermissionError(f"network call: {event}")

sys.addaudithook(guard)
from engine.cli import main
status = main(["write", "--model", sys.argv[1], "--raw", "--prompt", "Once upon a time", "--max-new-tokens", "4"])
assert status == 0, status
import socket
try:
    socket.getaddrinfo("localhost", 80)
except PermissionError:
    sys.stdout.write("guarded")
"""


def test_generating_calls_no_network(tmp_path):
    done = run_python(NETWORK_FREE, str(tiny_causal(tmp_path / "model", "llama")))
    assert done.returncode == 0, done.stderr
    assert done.stdout.endswith("guarded")


class Emitter(QObject):
    fired = Signal()


def test_void_calls_and_emits_lose_no_reference():
    """PySide6 6.12.0 on Python 3.10 and 3.11 drops one reference to None at each, until the process aborts."""
    emitter = Emitter()
    emitter.fired.connect(lambda: None)
    before = sys.getrefcount(None), sys.getrefcount(True)
    for _ in range(200):
        emitter.setObjectName("name")
        emitter.fired.emit()
        emitter.blockSignals(False)
    after = sys.getrefcount(None), sys.getrefcount(True)
    assert all(abs(late - early) < 100 for early, late in zip(before, after, strict=True))
