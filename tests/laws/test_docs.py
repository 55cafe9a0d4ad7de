"""The docs say what the code says: generated pages, settings, links."""

import ast
import json
import re
from pathlib import Path

from tests.laws.house import HOUSE, ROOT, tree
from tongban.city import describing
from tongban.infrastructure.kernel.module import rooms

READERS = {"env", "env_bool", "env_int", "env_secret"}
# Told by the supervisor to its children, or set by the house for itself.
NOT_FOR_OPERATORS = {"TELEMETRY_WEB_WORKERS"}


def test_generated_pages_are_up_to_date():
    behind = [name for name, content in describing.pages().items() if (ROOT / "docs" / name).read_text() != content]

    assert not behind, "renew them: .venv/bin/python manage.py renew"


def test_every_fact_is_on_the_page_of_facts():
    page = describing.events()
    told = {
        f"{file.parent.name}.{node.name}"
        for file in HOUSE.glob("*/*/events.py")
        for node in tree(file).body
        if isinstance(node, ast.ClassDef)
    }

    assert len(told) > 40
    assert not [name for name in told if f"| `{name}` |" not in page]


def test_the_served_description_is_the_one_in_the_docs(client, db):
    served = client.get("/api/v1/openapi.json").json()

    assert served["openapi"].startswith("3.1")
    assert served == json.loads((ROOT / "docs" / "openapi.json").read_text())


def read_settings(source: str) -> set[str]:
    """Return the environment variables that a file of settings reads."""
    return {
        str(node.args[0].value)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS
        if isinstance(node.args[0], ast.Constant)
    }


def every_setting() -> set[str]:
    return read_settings((HOUSE / "settings.py").read_text()) | {name for room in rooms() for name in room.settings}


def test_every_setting_is_explained_to_operators():
    explained = "".join(file.read_text() for file in (ROOT / "docs" / "operating").glob("*.md"))
    missing = {name for name in every_setting() - NOT_FOR_OPERATORS if f"`{name}`" not in explained}

    assert not missing


def test_a_setting_nobody_explained_is_seen():
    assert read_settings('A = env_int("TONGBAN_PLANTED", 3)') == {"TONGBAN_PLANTED"}


def links(text: str) -> list[str]:
    """Return the files that a page of the docs points to."""
    found = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", re.sub(r"```.*?```", "", text, flags=re.DOTALL))
    return [link for link in found if "://" not in link and not link.startswith("mailto:")]


def dead(file: Path) -> list[str]:
    return [link for link in links(file.read_text()) if not (file.parent / link).exists()]


def test_every_link_of_the_docs_leads_somewhere():
    root = HOUSE.parent
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    found = {str(page.relative_to(root)): dead(page) for page in pages}

    assert not {page: what for page, what in found.items() if what}


def test_a_dead_link_is_seen(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("See [nothing](nowhere.md#there), [this](page.md) and [that](https://example.org/).")

    assert dead(page) == ["nowhere.md"]
