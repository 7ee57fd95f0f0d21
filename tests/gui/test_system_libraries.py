import subprocess
import sys

from gui import system_libraries


def test_a_missing_library_is_named_by_its_package(monkeypatch, capsys):
    monkeypatch.setattr(system_libraries, "_DEBIAN_PACKAGES", {"libnosuch.so.9": "libnosuch9", "libc.so.6": "libc6"})
    monkeypatch.setattr(sys, "platform", "linux")
    assert system_libraries.main() == 1
    assert "sudo apt-get install libnosuch9\n" in capsys.readouterr().err


def test_it_looks_before_qt_is_imported():
    code = "import sys, gui.system_libraries; sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
