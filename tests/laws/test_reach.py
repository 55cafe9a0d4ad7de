"""`make check` runs what a change can reach, and no more."""

import subprocess
import sys

import grimp
import pytest

from tests.laws.house import ROOT
from tools import reach


@pytest.fixture(scope="module")
def house() -> grimp.ImportGraph:
    return reach.graph()


def test_the_tool_finds_the_house_from_where_make_calls_it():
    asked = "import reach; print('tongban.settings' in reach.graph().modules)"
    done = subprocess.run([sys.executable, "-c", asked], cwd=ROOT / "tools", capture_output=True, text=True, check=True)

    assert done.stdout == "True\n"


def test_a_city_system_reaches_its_own_tests_only(house):
    places = reach.tests(["tongban/applications/ratings/rules.py"], house)

    assert "tongban/applications/ratings/tests" in places
    assert not [place for place in places if place.startswith(("tongban/platform", "tongban/infrastructure"))]


def test_a_rule_of_cases_reaches_the_rooms_above_and_none_below(house):
    places = reach.tests(["tongban/platform/cases/services/__init__.py"], house)

    assert {"tongban/platform/cases/tests", "tongban/applications/permits/tests"} <= set(places)
    assert "tongban/platform/workflow/tests" not in places
    assert "tongban/infrastructure/journal/tests" not in places


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("tongban/applications/ratings/tests/test_rules.py", ["tongban/applications/ratings/tests/test_rules.py"]),
        ("tongban/applications/ratings/templates/ratings/rate.html", ["tongban/applications/ratings/tests"]),
        ("tongban/applications/ratings/migrations/0001_initial.py", ["tongban/applications/ratings/tests"]),
        ("docs/words.md", []),
        ("tests/laws/test_house.py", []),
        ("pyproject.toml", reach.EVERYTHING),
        ("tongban/settings.py", reach.EVERYTHING),
        ("conftest.py", reach.EVERYTHING),
    ],
)
def test_each_kind_of_file_reaches_what_stands_on_it(house, file, expected):
    places = reach.tests([file], house)

    assert [place for place in places if not place.startswith("tongban/city")] == expected


def test_helpers_of_tests_reach_the_tests_that_use_them(house):
    assert {"tests", "tongban/platform/cases/tests"} <= set(reach.tests(["tests/cast.py"], house))


def run(folder, *words):
    subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def branch(tmp_path):
    """A branch of a small house whose main has settings and a room."""
    (tmp_path / "tongban").mkdir()
    (tmp_path / "tongban" / "settings.py").write_text('DEBUG = False\nMODULES = [\n    "tongban.a",\n]\n')
    (tmp_path / "tongban" / "a.py").touch()
    run(tmp_path, "init", "-b", "main")
    run(tmp_path, "config", "user.email", "somebody@example.org")
    run(tmp_path, "config", "user.name", "Somebody")
    run(tmp_path, "add", "tongban")
    run(tmp_path, "commit", "-m", "Begin")
    run(tmp_path, "switch", "-c", "more")
    return tmp_path


def test_what_was_committed_changed_or_added_since_main_counts(branch):
    (branch / "tongban" / "b.py").touch()
    run(branch, "add", "tongban/b.py")
    run(branch, "commit", "-m", "Add b")
    (branch / "tongban" / "a.py").write_text("A = 1\n")
    (branch / "tongban" / "c.py").touch()

    assert reach.changed(branch) == {"tongban/a.py", "tongban/b.py", "tongban/c.py"}


def test_one_more_line_in_modules_is_no_change_of_the_settings(branch):
    settings = branch / "tongban" / "settings.py"
    settings.write_text(settings.read_text().replace("]", '    "tongban.b",\n]'))
    assert reach.changed(branch) == set()

    settings.write_text(settings.read_text().replace("False", "True"))
    assert reach.changed(branch) == {"tongban/settings.py"}
