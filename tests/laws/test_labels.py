"""A short word means something else in each room: "Due" is a day here and an amount there.

All rooms share one word list, so a label that two rooms say without a context would get the Chinese of
either of them, also where one of them does not list it at all.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.laws.house import HOUSE, room_of, sources, tree

SHORT = 2  # words
SAYS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
TRANSLATED = re.compile(r"""\{%\s*translate\s+(["'])(?P<label>.*?)\1(?P<more>.*?)%\}""")
BLOCK = re.compile(r"\{%\s*blocktranslate\b(?P<more>.*?)%\}(?P<label>.*?)\{%\s*endblocktranslate", re.DOTALL)
ARGUMENT = re.compile(r"""\b_\((["'])(?P<label>.*?)\1\)""")


def in_code(module: ast.Module) -> Iterator[str]:
    """Yield what a Python file has translated without a context."""
    for node in ast.walk(module):
        if not (isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant)):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name in SAYS and isinstance(node.args[0].value, str):
            yield node.args[0].value


def in_template(text: str) -> Iterator[str]:
    """Yield what a template has translated without a context."""
    for pattern in (TRANSLATED, BLOCK):
        for found in pattern.finditer(text):
            if " context " not in found["more"]:
                yield " ".join(found["label"].split())
    for found in ARGUMENT.finditer(text):
        yield found["label"]


def shared(said: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return the short labels that more than one room says, of (room, label) without a context."""
    rooms: dict[str, set[str]] = {}
    for room, label in said:
        if len(label.split()) <= SHORT:
            rooms.setdefault(label, set()).add(room)
    return {label: those for label, those in rooms.items() if len(those) > 1}


def said_in(root: Path = HOUSE) -> Iterator[tuple[str, str]]:
    for file in sources(root):
        yield from (("/".join(room_of(file, root)), label) for label in in_code(tree(file)))
    for file in root.rglob("templates/**/*.html"):
        yield from (("/".join(room_of(file, root)), label) for label in in_template(file.read_text()))


def test_a_short_label_that_two_rooms_say_has_a_context():
    said = list(said_in())

    assert len(said) > 1000
    assert not shared(said)


def test_a_short_label_of_two_rooms_is_seen():
    code = ast.parse('a = _("Due")\nb = pgettext_lazy("jobs", "State")\nc = gettext_lazy("Due on a day")')
    page = (
        '{% translate "Due" %}{% translate "State" context "payment" %}{% crumbs url _("All fees") %}'
        "{% blocktranslate trimmed %}\n  Due on a day\n{% endblocktranslate %}"
    )
    said = [*(("jobs", label) for label in in_code(code)), *(("payments", label) for label in in_template(page))]

    assert shared(said) == {"Due": {"jobs", "payments"}}
    assert ("payments", "All fees") in said
