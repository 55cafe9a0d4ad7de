"""Say in words, and with its place, what the readers of TOML and JSON could not read."""

import re

from tongban.infrastructure.kernel.problems import gettext_noop

# How the reader's sentence begins, and what it means.
_TOML = (
    ("Invalid value", gettext_noop("a value cannot be read")),
    ("Expected newline or end of document", gettext_noop("something is left over at the end of the line")),
    ("Expected '='", gettext_noop("“=” is missing after a key")),
    ("Cannot overwrite a value", gettext_noop("a key appears twice")),
    ("Cannot declare", gettext_noop("a table appears twice")),
    ("Duplicate inline table key", gettext_noop("a key appears twice")),
    ("Cannot mutate immutable namespace", gettext_noop("a key appears twice")),
    ("Invalid statement", gettext_noop("the line begins with neither a key nor a table")),
    ("Invalid initial character for a key", gettext_noop("a key begins with a character that is not allowed")),
    ("Unterminated string", gettext_noop("a text is not closed")),
    ('Expected "\'"', gettext_noop("a text is not closed")),
    ("Illegal character '\\n'", gettext_noop("a text is not closed")),
    ("Found invalid character '\\n'", gettext_noop("a text is not closed")),
    ("Found invalid character", gettext_noop("a character is not allowed there")),
    ("Escaped character is not", gettext_noop("a character is not allowed there")),
    ("Invalid hex value", gettext_noop("a value cannot be read")),
    ("Illegal character", gettext_noop("a character is not allowed there")),
    ("Unclosed array", gettext_noop("a list is not closed")),
    ("Unclosed inline table", gettext_noop("a table in braces is not closed")),
    ("Expected ']'", gettext_noop("a bracket is not closed")),
    ("Expected ']]'", gettext_noop("a bracket is not closed")),
    ("Unescaped '\\'", gettext_noop("a backslash has to be written twice")),
    ("Invalid date or datetime", gettext_noop("there is no such date")),
)
_JSON = (
    ("Expecting ',' delimiter", gettext_noop("a comma is missing")),
    ("Expecting ':' delimiter", gettext_noop("a colon is missing")),
    ("Expecting property name", gettext_noop("a name between double quotes is missing, or there is a comma too many")),
    ("Expecting value", gettext_noop("a value is missing, or there is a comma too many")),
    ("Illegal trailing comma", gettext_noop("there is a comma too many")),
    ("Invalid control character", gettext_noop("a text is not closed")),
    ("Unterminated string", gettext_noop("a text is not closed")),
    ("Invalid \\", gettext_noop("a backslash has to be written twice")),
    ("Extra data", gettext_noop("something is left over after the end")),
)
_PLACE = re.compile(r"(?P<said>.*) \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)", re.DOTALL)


def toml(error: str) -> tuple[str, str]:
    """Return the place and the sentence for what the reader of TOML says, such as "… (at line 4, column 8)"."""
    found = _PLACE.fullmatch(error)
    said = found["said"] if found else error
    place = f"line {found['line']}, column {found['column']}" if found and found["line"] else ""
    return place, _meant(said, _TOML)


def json(said: str) -> str:
    """Return the sentence for what the reader of JSON says."""
    return _meant(said, _JSON)


def _meant(said: str, sayings: tuple[tuple[str, str], ...]) -> str:
    return next((text for beginning, text in sayings if said.startswith(beginning)), said)
