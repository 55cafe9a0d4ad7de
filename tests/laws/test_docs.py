"""The docs say what the code says: generated pages, settings, links."""

import ast
import json
import os
import re
import subprocess
import sys
from operator import itemgetter
from pathlib import Path
from typing import Any

import pytest

from tests.laws import validators
from tests.laws.house import HOUSE, ROOT, parsed, sources, tree
from tongban.city import describing
from tongban.infrastructure.kernel.module import rooms

READERS = {"env", "env_bool", "env_int", "env_secret"}


def behind(made: dict[str, str]) -> list[str]:
    """Return the files of docs/generated that are not what the code says."""
    files = {name: describing.FOLDER / name for name in made}
    stale = [name for name, file in files.items() if not file.exists() or file.read_text() != made[name]]
    return stale + [file.name for file in describing.surplus(made)]


def test_generated_pages_are_up_to_date():
    assert not behind(describing.pages()), "renew them: .venv/bin/python manage.py renew"


def test_a_page_that_is_behind_missing_or_left_over_is_seen():
    made = describing.pages()
    cases = made.pop("cases.md")

    assert behind(made) == ["cases.md"]
    assert behind({**made, "cases.md": cases + "more", "new.md": "said"}) == ["cases.md", "new.md"]


@pytest.mark.slow
def test_no_other_room_s_pages_change_where_one_is_left_out(tmp_path):
    """So two branches that change two rooms never meet in one file."""
    told = (
        "import json, django; django.setup(); "
        "from tongban.city import describing; print(json.dumps(describing.pages()))"
    )
    done = subprocess.run(
        [sys.executable, "-c", told],
        cwd=ROOT,
        env={
            **os.environ,
            "TONGBAN_WITHOUT": "tongban.applications.ratings",
            "TONGBAN_VAR": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
        },
        capture_output=True,
        text=True,
        check=True,
    )

    whole = describing.pages()
    assert "ratings.md" in whole
    assert json.loads(done.stdout) == {name: text for name, text in whole.items() if not name.startswith("ratings.")}


def test_every_fact_is_on_the_page_of_its_room():
    pages = describing.pages()
    told = {
        f"{file.parent.name}.{node.name}": pages.get(f"{file.parent.name}.md", "")
        for file in sources()
        if file.name == "events.py"
        for node in tree(file).body
        if isinstance(node, ast.ClassDef)
    }

    assert len(told) > 40
    assert not [name for name, page in told.items() if f"| `{name}` |" not in page]


def test_the_served_description_is_what_the_rooms_pages_say_together(client, db):
    served = client.get("/api/v1/openapi.json").json()
    parts = [json.loads(text) for name, text in describing.pages().items() if name.endswith(".openapi.json")]

    assert served["openapi"].startswith("3.1")
    assert served == together(parts)


def together(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Put the rooms' parts of the description together again."""
    whole: dict[str, Any] = {"paths": {}, "tags": [], "components": {"schemas": {}}}
    for part in parts:
        whole["paths"] |= part.get("paths", {})
        whole["tags"] += part.get("tags", [])
        schemas = whole["components"]["schemas"] | part["components"]["schemas"]
        whole["components"] |= {**part["components"], "schemas": schemas}
        whole |= {name: told for name, told in part.items() if name not in {"paths", "tags", "components"}}
    return whole | {"tags": sorted(whole["tags"], key=itemgetter("name"))}


@pytest.mark.skipif(
    not validators.redocly(), reason="Redocly is not here to judge: `make test` fetches it with Node.js"
)
def test_an_outside_validator_agrees_with_the_description(tmp_path):
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps(describing.served()))

    assert not validators.refused(file)


@pytest.mark.skipif(
    not validators.redocly(), reason="Redocly is not here to judge: `make test` fetches it with Node.js"
)
def test_a_description_that_breaks_the_standard_is_refused(tmp_path):
    file = tmp_path / "openapi.json"
    file.write_text(json.dumps({**describing.served(), "info": {}}))

    assert "info" in validators.refused(file)


def read_settings(source: str) -> set[str]:
    """Return the environment variables that a file of settings reads."""
    return {
        str(node.args[0].value)
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in READERS
        if isinstance(node.args[0], ast.Constant)
    }


def test_every_setting_is_explained_to_operators():
    explained = "".join(file.read_text() for file in (ROOT / "docs" / "operating").glob("*.md"))
    missing = {name for name in read_settings((HOUSE / "settings.py").read_text()) if f"`{name}`" not in explained}

    assert not missing
    assert not [name for room in rooms() for name, setting in room.settings.items() if not setting.meaning]


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
