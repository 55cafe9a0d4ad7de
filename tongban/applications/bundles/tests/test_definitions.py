"""Every bundle that comes with the product is sound: its table answers everybody, its forms and lists are one."""

import json
import tomllib
from itertools import combinations
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import definition
from tongban.applications.bundles.demonstration import folders
from tongban.applications.bundles.rules import definitions, merging, papers
from tongban.applications.bundles.services import plan, reading
from tongban.infrastructure.kernel.problems import sentence
from tongban.platform.catalogue.services import tables
from tongban.platform.eforms import services as eforms
from tongban.platform.workflow import services as workflow


@pytest.fixture(params=folders(), ids=lambda folder: folder.name)
def folder(request) -> reading.BundleFolder:
    return reading.read(request.param)


def versions(folder: reading.BundleFolder) -> dict[str, Any]:
    """Return the services of a bundle as they come with the product, without a database."""
    found = {}
    for item in definitions.items(folder.guide):
        files = definition(item.service)
        found[item.key] = SimpleNamespace(
            guide=tomllib.loads((files / "service.toml").read_text()),
            form=json.loads((files / "form.json").read_text()),
            service=SimpleNamespace(code=item.service),
        )
    return found


def test_nothing_is_asked_or_given_twice(folder):
    planned, chosen = plan.parsed(folder.content()), versions(folder)
    forms = plan.item_forms(planned, chosen)
    names = {item.key: merging.names_of(item, planned.elements) for item in forms}

    found = [*definitions.problems(folder.guide), *eforms.check(folder.form)]
    found += merging.problems(forms, planned.elements, folder.guide.get("apart", []))
    found += papers.problems(plan.item_lines(planned, chosen, names), planned.papers)

    assert [sentence(problem) for problem in found] == []


def test_every_choice_of_items_has_a_form(folder):
    planned, chosen = plan.parsed(folder.content()), versions(folder)
    keys = list(chosen)

    for size in range(1, len(keys) + 1):
        for some in combinations(keys, size):
            forms = plan.item_forms(planned, {key: chosen[key] for key in some})
            assert eforms.load(merging.merged(forms, planned.elements, {"title": "共用信息"})).names()


def test_the_tables_answer_everybody_and_the_examples_are_true(folder):
    planned, questions = plan.parsed(folder.content()), folder.form["schema"]["properties"]
    found = workflow.decisions(folder.table)

    assert [
        sentence(problem)
        for item in planned.items
        for problem in tables.problems("which.dmn", found[item.key], planned.asked, questions, {})
    ] == []
    for example in folder.examples:
        applies = [said.item.key for said in planned.which(example["situation"]) if said.applies]
        assert applies == example["items"], example["name"]
