import re

import pytest

from engine.paths import assets_dir

ROOT = assets_dir().parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = [path for folder in ("engine", "gui") for path in (ROOT / folder).rglob("*.py") if path.stat().st_size]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_has_its_line(path):
    section = README.split(f"| `{path.parent.relative_to(ROOT).as_posix()}/` |", 1)[1].split("\n\n", 1)[0]
    assert f"| `{path.name}` |" in section


def test_every_picture_and_page_it_points_to_exists():
    targets = re.findall(r"\]\((?!http)([^)#]+)", README)
    assert targets
    assert all((ROOT / target).is_file() for target in targets)
