"""Laws 1 to 5: floors, shelves, strangers, doors, rules. import-linter keeps them; here each is seen to fail once."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.laws.house import ROOT

PLANTED = {
    "upward, even inside a function": (
        "infrastructure/kernel/planted.py",
        "def peek():\n    from tongban.platform.cases import services\n    return services\n",
        "Four floors",
    ),
    "a lower shelf knows a higher one": (
        "platform/codes/planted.py",
        "from tongban.platform.cases import services\n",
        "shelves",
    ),
    "a room on no shelf": ("platform/drawer/apps.py", "", "shelves"),
    "a back door": (
        "platform/cases/planted.py",
        "from tongban.platform.identity import hashers\n",
        "Neighbours use the doors",
    ),
    "rules that know the framework": (
        "platform/codes/rules.py",
        "import django\n",
        "Rules know no framework",
    ),
    "two systems that know each other": (
        "applications/other/apps.py",
        "from tongban.applications.permits import apps\n",
        "City systems",
    ),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def copy(tmp_path):
    """A copy of the house in which one may plant things."""
    shutil.copytree(
        ROOT / "tongban", tmp_path / "tongban", ignore=shutil.ignore_patterns("__pycache__", "*.ttf", "static")
    )
    shutil.copytree(ROOT / "tools", tmp_path / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_keeps_its_laws():
    done = lint(ROOT)

    assert done.returncode == 0, done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_violation_is_caught(copy, what):
    file, text, law = PLANTED[what]
    path = copy / "tongban" / file
    path.parent.mkdir(parents=True, exist_ok=True)
    (path.parent / "__init__.py").touch()
    path.write_text(text + (path.read_text() if path.exists() else ""))

    done = lint(copy)

    assert done.returncode != 0
    assert any(law in line and "BROKEN" in line for line in done.stdout.splitlines()), done.stdout
