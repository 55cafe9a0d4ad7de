"""The tutorials show what is in the tree: every excerpt that names its file stands in that file, word for word,
at whatever depth."""

import re
from collections.abc import Iterator
from textwrap import dedent, indent

import pytest

from tests.laws.house import ROOT

TUTORIALS = ("first-module.md", "first-service.md", "recipes/let-people-fill-in-a-form.md")
EXCERPT = re.compile(
    r"^ *```\w+\n *(?:#|//|<!--|\{#) (?P<path>[\w./-]+)(?: -->| #\})?\n(?P<text>.*?)^ *```$", re.M | re.S
)
# A line that stands for what was left out.
CUT = re.compile(r"^\s*(?:# …|// …|<!-- … -->|\{# … #\})$", re.M)


def strays(text: str) -> Iterator[str]:
    """Yield each piece of an excerpt that is not in the file it names."""
    for excerpt in EXCERPT.finditer(text):
        file = ROOT / excerpt["path"]
        content = file.read_text() if file.is_file() else ""
        for piece in CUT.split(dedent(excerpt["text"])):
            if not any(indent(piece.strip("\n"), " " * deep) in content for deep in range(0, 12, 2)):
                yield f"{excerpt['path']}: {piece.strip()[:80]}"


@pytest.mark.parametrize("name", TUTORIALS)
def test_every_excerpt_stands_in_its_file(name):
    text = (ROOT / "docs" / name).read_text()

    assert len(EXCERPT.findall(text)) >= 5
    assert not list(strays(text)), "\n".join(strays(text))


def test_a_stray_excerpt_is_seen():
    text = "```python\n# manage.py\nimport nothing_of_the_kind\n# …\nimport os\n```\n"

    assert list(strays(text)) == ["manage.py: import nothing_of_the_kind"]
