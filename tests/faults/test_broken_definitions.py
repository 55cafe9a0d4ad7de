"""A broken definition is not put in force, whichever door it comes through: the reason names file, place and remedy."""

import json
import re
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tests.cast import Cast, definition
from tests.faults.html_page import CHINESE, Page
from tests.sample_city import appointed
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Definition, Service, Version

SERVICE = "food-business"
GUIDE = f"/catalogue/guide/{SERVICE}/"
# What is spoilt: (file, text, what it becomes, a word of the place, where the text alone does not name it).
BROKEN = {
    "a key nobody knows": ("service.toml", "schema = 1", 'schema = 1\ncolour = "red"', "colour"),
    "a promise beyond the law": ("service.toml", "promised_days = 8", "promised_days = 80", "promised_days"),
    "a department that is not there": (
        "service.toml",
        'department = "market-regulation"',
        'department = "moon"',
        "moon",
    ),
    "a widget nobody knows": ("form.json", '"widget": "uscc"', '"widget": "balloon"', "layout"),
    "a file cut off": ("form.json", '"layout"', '"layout', "列"),
    "a way to nowhere": ("process.bpmn", 'targetRef="', 'targetRef="x', "x"),
    "a template that runs code": ("licence.md", "\n", "\n{% load evil %}\n", "load"),
    "an example that is no application": (
        "examples.json",
        '"operator_name": "',
        '"operator_name": 5, "x": "',
        "answers",
    ),
    "a file of another kind": ("run.py", "", "import os", ""),
}


@pytest.fixture
def folder(cast: Cast, tmp_path: Path) -> Path:
    """The definition that is in force, as somebody has it on the desk to change it."""
    return Path(shutil.copytree(definition(SERVICE), tmp_path / SERVICE))


@pytest.fixture
def designer(cast: Cast) -> Client:
    return appointed(cast, "market-regulation", duties=["catalogue.design", "catalogue.publish"])


def spoil(folder: Path, file: str, old: str, new: str) -> None:
    path = folder / file
    text = path.read_text() if path.exists() else ""
    assert old in text
    path.write_text(text.replace(old, new, 1))


def in_force() -> tuple[int, str]:
    version = Version.objects.published().get()
    return version.number, version.digest


@pytest.mark.parametrize("verb", ["check", "load --publish"])
@pytest.mark.parametrize("what", BROKEN)
def test_a_command_refuses_it_with_file_place_and_remedy(folder: Path, what, verb):
    file, old, new, place = BROKEN[what]
    spoil(folder, file, old, new)
    before, versions, facts, out = in_force(), Version.objects.count(), Fact.objects.count(), StringIO()
    name, *more = verb.split()

    with pytest.raises(CommandError) as refused:
        call_command("catalogue", name, str(folder), *more, stdout=out)

    said = out.getvalue() + str(refused.value)
    line = next(line for line in said.splitlines() if file in line)
    assert place in line
    assert re.search(r"：|: ", line)
    assert CHINESE.search(line)
    assert line.count("。") >= 2 or line.count(".") >= 2, f"what is wrong, and what to do: {line}"
    assert (in_force(), Version.objects.count(), Fact.objects.count()) == (before, versions, facts)


def test_a_folder_that_is_whole_passes_the_same_doors(folder: Path):
    spoil(folder, "service.toml", "promised_days = 8", "promised_days = 7")
    before = in_force()

    call_command("catalogue", "check", str(folder), stdout=StringIO())
    call_command("catalogue", "load", str(folder), "--publish", stdout=StringIO())

    assert in_force() != before


def break_in_storage(version: Version, old: str, new: str) -> None:
    """Spoil what is kept, as an older house with weaker checks might have kept it."""
    row = Definition.objects.get(digest=version.digest)
    text = json.dumps(row.content, ensure_ascii=False)
    assert old in text
    row.content = json.loads(text.replace(old, new, 1))
    row.save()


@pytest.mark.parametrize(
    ("old", "new", "file", "word"),
    [
        ('"promised_days": 7', '"promised_days": 70', "service.toml", "promised_days"),
        ('"widget": "uscc"', '"widget": "balloon"', "form.json", "layout"),
        ('"department": "market-regulation"', '"department": "moon"', "service.toml", "moon"),
    ],
)
def test_the_desk_does_not_publish_a_draft_that_is_broken_by_now(folder, designer, client, old, new, file, word):
    spoil(folder, "service.toml", "promised_days = 8", "promised_days = 7")
    draft = catalogue.load(actor=SYSTEM, folder=folder).version
    break_in_storage(draft, old, new)
    before, guide = in_force(), Page(client.get(GUIDE)).text

    page = Page(designer.post(f"/desk/catalogue/{SERVICE}/{draft.number}/publish/"))

    assert page.status == 422
    line = next(line for line in page.text.split("。") if file in line)
    assert word in line
    assert "问题" in page.text
    assert in_force() == before
    assert Version.objects.get(pk=draft.pk).state == "draft"
    assert Page(client.get(GUIDE)).text == guide
    assert not Fact.objects.filter(name="catalogue.ServicePublished", data__version=draft.number).exists()


def test_the_desk_publishes_a_draft_that_is_whole_and_only_once(folder, designer, client):
    spoil(folder, "service.toml", "promised_days = 8", "promised_days = 7")
    draft = catalogue.load(actor=SYSTEM, folder=folder).version

    answers = [designer.post(f"/desk/catalogue/{SERVICE}/{draft.number}/publish/").status_code for _time in range(2)]

    assert answers == [302, 302]
    assert in_force()[0] == draft.number
    assert Service.objects.get(code=SERVICE).current == draft
    assert Fact.objects.filter(name="catalogue.ServicePublished").count() == 2


def test_a_withdrawal_with_no_reason_or_a_novel_is_told_at_its_field_and_changes_nothing(designer):
    before = in_force()

    for reason in ("", "并入其他事项。" * 40):
        page = Page(designer.post(f"/desk/catalogue/{SERVICE}/withdraw/", {"reason": reason}))
        assert page.status == 422
        page.is_told_well()
        assert page.controls["reason"] == [reason]

    assert in_force() == before


def test_a_version_that_is_over_is_not_published_again(folder, designer):
    first = Version.objects.published().get()
    spoil(folder, "service.toml", "promised_days = 8", "promised_days = 7")
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
    before = in_force()

    page = Page(designer.post(f"/desk/catalogue/{SERVICE}/{first.number}/publish/"))

    assert page.status == 409
    assert CHINESE.search(page.text)
    assert in_force() == before
