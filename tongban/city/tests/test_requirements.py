"""Which requirements are shown by which tests."""

from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from tongban.city.management.commands import requirements

SOURCE = """
import pytest


@pytest.mark.requirement("APP-S-01", "APP-S-02")
def test_it_works():
    pass


@pytest.mark.requirement("APP-S-03")
class TestMore:
    def test_it_works(self):
        pass


@pytest.mark.slow
def test_something_else():
    pass
"""
LIST = "| ID | what |\n|---|---|\n| APP-S-01 | Apply online |\n| PLT-A-02 | Sign in once |\n"


def printed(*words: str) -> str:
    out = StringIO()
    call_command("requirements", *words, stdout=out)
    return out.getvalue()


def test_marks_are_read_from_functions_and_classes():
    assert list(requirements.marks(SOURCE)) == [
        ("test_it_works", ["APP-S-01", "APP-S-02"]),
        ("TestMore", ["APP-S-03"]),
    ]


def test_a_list_may_be_short_or_long(tmp_path):
    short, long = tmp_path / "short.md", tmp_path / "long.md"
    short.write_text(LIST)
    long.write_text("| APP-S-01 | 000 | F | 网上办 | Apply online | §1 |\n")

    assert requirements.read(short) == {"APP-S-01": "Apply online", "PLT-A-02": "Sign in once"}
    assert requirements.read(long) == {"APP-S-01": "Apply online"}


def test_tests_are_named_under_what_they_show():
    told = printed()

    assert "USR-22    Natural persons and legal persons as two subject kinds" in told
    assert "tongban/portals/hall/tests/test_pages.py::" in told
    assert "of 407 requirements are shown by" in told.splitlines()[-1]


def test_what_no_test_shows_can_be_listed(tmp_path):
    file = tmp_path / "list.md"
    file.write_text(LIST + "| ZZZ-99 | Fly |\n")

    assert "ZZZ-99    Fly" in printed("--missing", "--list", str(file))


def test_without_a_list_it_says_what_to_name(tmp_path):
    file = tmp_path / "empty.md"
    file.write_text("nothing\n")

    with pytest.raises(CommandError, match="--list FILE"):
        printed("--list", str(file))


def test_every_mark_names_a_row_of_the_checklist():
    asked = requirements.read(Path(settings.ROOT) / "docs" / "requirements.md")
    unknown = {name: tests for name, tests in requirements.shown_by(settings.ROOT).items() if name not in asked}

    assert len(asked) == 407
    assert not unknown
