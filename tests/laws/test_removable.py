"""Every city system is removable: without it the house boots, and the tests of everything else are as they were."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.laws.house import HOUSE, ROOT, tree
from tongban.settings import MODULES

SYSTEMS = sorted(f"tongban.applications.{file.parent.name}" for file in HOUSE.glob("applications/*/apps.py"))
pytestmark = pytest.mark.slow


def without(systems: Sequence[str], folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a house from which these systems were taken out."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("TONGBAN_")}
    environment = {"TONGBAN_WITHOUT": ",".join(systems), "TONGBAN_VAR": str(folder)}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, **environment, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=False,
    )


def pytest_without(systems: Sequence[str], folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return without(systems, folder, "-m", "pytest", "-q", "-m", "not slow and not journey", *arguments)


@pytest.mark.parametrize("system", SYSTEMS)
def test_the_house_stands_without_each_city_system(system, tmp_path):
    assert system in MODULES

    done = without([system], tmp_path, "manage.py", "check")

    assert done.returncode == 0, done.stderr


def test_without_city_systems_all_tests_but_theirs_are_found(tmp_path):
    """All at once, because none of them imports another, its tests neither."""
    done = pytest_without(SYSTEMS, tmp_path, "--collect-only", "tests", "tongban")

    assert done.returncode == 0, done.stdout[-3000:]
    assert not [system for system in SYSTEMS if system.replace(".", "/") in done.stdout]
    assert "tongban/platform/cases/tests/" in done.stdout


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_city_system_imports_another(system):
    folder = HOUSE / "applications" / system.rpartition(".")[2]
    imported = {name for file in folder.rglob("*.py") for name in modules_of(tree(file))}

    assert imported
    others = tuple(f"{other}." for other in SYSTEMS if other != system)
    assert not [name for name in imported if f"{name}.".startswith(others)]


def modules_of(parsed: ast.Module) -> Iterator[str]:
    """Yield what a file imports, wherever in it: "tongban.platform.cases.services"."""
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_laws_hold_without_any_city_system(tmp_path):
    """All at once: each by itself would take as many times as long as there are systems.

    Laws that look at each table or page in turn look at fewer here than in the whole house, and at nothing else.
    """
    by_table = [f"--ignore=tests/laws/test_{name}.py" for name in ("authorisation", "budgets", "plans")]
    done = pytest_without(SYSTEMS, tmp_path, "tests/laws", *by_table)

    assert done.returncode == 0, done.stdout[-6000:]


def test_a_test_that_leans_on_a_city_system_is_seen(tmp_path):
    planted = tmp_path / "test_planted.py"
    planted.write_text("from tongban.applications.ratings.models import Rating\n")

    done = pytest_without(["tongban.applications.ratings"], tmp_path / "var", "--collect-only", str(planted))

    assert done.returncode != 0
    assert "RuntimeError" in done.stdout
