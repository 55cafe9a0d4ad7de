"""Typed text passes one cleaner at every door, and identifiers know ASCII digits only."""

import re

import pytest

from tests.laws.house import HOUSE

DJANGOS_FORMS = re.compile(
    r"^(from django import .*\bforms\b|from django\.forms import .*(?:Char|Email|Regex)Field|import django\.forms)",
    re.MULTILINE,
)
ANY_DIGIT = re.compile(r"""r["'][^"'\n]*\\d""")
# Where text is not typed by people: definitions, templates, messages of libraries.
MAY = {
    "infrastructure/ui/forms.py",
    "infrastructure/telemetry/rules.py",
    "infrastructure/ui/rules.py",
}
OWN_FILES = ("platform/catalogue/rules/", "platform/catalogue/services/", "platform/documents/", "platform/workflow/")


def doors(text: str) -> list[str]:
    return [found[0] for found in DJANGOS_FORMS.finditer(text)]


def digits(text: str) -> list[str]:
    return [found[0] for found in ANY_DIGIT.finditer(text)]


def sources() -> dict[str, str]:
    files = (file for file in HOUSE.rglob("*.py") if "tests" not in file.parts and "management" not in file.parts)
    found = {file.relative_to(HOUSE).as_posix(): file.read_text() for file in files}
    return {name: text for name, text in found.items() if name not in MAY}


@pytest.mark.found("F7", "F9")
def test_every_form_cleans_what_is_typed():
    assert not {name: found for name, text in sources().items() if (found := doors(text))}


@pytest.mark.found("F3")
def test_no_identifier_is_matched_with_digits_of_every_script():
    typed = {name: text for name, text in sources().items() if not name.startswith(OWN_FILES)}

    assert len(typed) > 150
    assert not {name: found for name, text in typed.items() if (found := digits(text))}


@pytest.mark.parametrize("planted", ["from django import forms\n", "from django.forms import CharField\n"])
def test_a_form_of_djangos_is_seen(planted):
    assert doors(f"import re\n{planted}")


def test_digits_of_every_script_are_seen():
    assert digits(r"""re.fullmatch(r"1\d{10}", text)""")
