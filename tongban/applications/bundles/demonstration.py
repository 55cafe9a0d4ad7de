"""What the demonstration's city offers as one thing, who leads it, and whom it has under way."""

import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundleVersion
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.infrastructure.kernel.demonstration import Demonstration, Story
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration.applicants import Applicants
from tongban.platform.cases.demonstration.past import Past
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.documents import services as documents
from tongban.platform.workflow.models import Task

PLAN = {
    "role": [
        {"key": "approver", "duties": ["bundles.lead"]},
        {"key": "leader", "duties": ["bundles.lead"]},
        {"key": "service-designer", "duties": ["bundles.design", "bundles.zone"]},
    ]
}
DEFINITIONS = Path(__file__).parent / "definitions"
# Whose example tells of the applicant, the situation, so many days ago, and how many of the offices have accepted.
UNDER_WAY: tuple[tuple[str, Mapping[str, Any], int, int], ...] = (
    ("food-business", {"who": "licensed", "large": False, "more": False, "sign": True}, 6, 2),
    ("business-licence", {"who": "sole-trader", "large": False, "more": False, "sign": True}, 1, 0),
)
CONSISTENT = {"premises_area": 140, "staff_count": 9, "district": "990102"}


def offer(city: Demonstration) -> None:
    """Publish the bundles that come with the product."""
    for folder in folders():
        draft = bundles.load(actor=SYSTEM, folder=folder)
        if draft.version.state == BundleVersion.State.DRAFT:
            bundles.publish(actor=SYSTEM, version=draft.version)


def folders() -> list[Path]:
    """Return the folders of the bundles that come with the product."""
    return sorted(file.parent for file in DEFINITIONS.glob("*/bundle.toml"))


def stories(city: Demonstration, number: int) -> list[Story]:
    """Tell of people who open a restaurant; none where no matters are told at all."""
    applicants = Applicants(city)
    return [_story(city, applicants, index, *row) for index, row in enumerate(UNDER_WAY) if number]


def _story(
    city: Demonstration,
    applicants: Applicants,
    index: int,
    service: str,
    situation: Mapping[str, Any],
    days: int,
    accepted: int,
) -> Story:
    yield clock.now() - timedelta(days=days)
    folder = next(folder for folder in definition_folders() if folder.name == service)
    example = next(one for one in _examples(folder) if one["kind"] == "yes")
    _party, actor, known = applicants.next_for(example, service)
    application = _filled(actor, situation, {**known, "premises_address": f"云泽市临湖区柳岸街{300 + index}号1层"})
    application = bundles.submit(actor=actor, uid=application.uid, declared=True)
    yield clock.now() + timedelta(hours=5)
    past = Past(city)
    for item in BundleItem.objects.of(application)[:accepted]:
        if item.case:
            task = Task.objects.of(item.case.subject).open().select_related("department").get(key="accept")
            cases.accept(actor=past.official(task), task=task)
    jobs.run_all()


def _examples(folder: Path) -> list[dict[str, Any]]:
    return list(json.loads((folder / "examples.json").read_text()))


def _filled(actor: Actor, situation: Mapping[str, Any], known: Mapping[str, Any]) -> BundleApplication:
    """Return a draft with the answers of the services' own examples, and the papers they bring."""
    application = bundles.begin(actor=actor, bundle="open-restaurant", situation=situation)
    items = BundleItem.objects.of(application)
    whole = bundles.whole_of(application, items)
    answers: dict[str, Any] = {}
    for item in items:
        told = next(one for one in item.version.examples if one["kind"] == "yes")["answers"]
        names = whole.names[item.key]
        answers |= {names[field]: {**told, **known}[field] for field in told if field in names}
    answers |= {name: answer for name, answer in CONSISTENT.items() if name in whole.asked.names()}
    fixed = whole.asked.fixed() & application.sources.keys()
    answers = {name: answer for name, answer in answers.items() if name not in fixed}
    application = bundles.fill(actor=actor, uid=application.uid, answers=answers, revision=application.revision)
    found = bundles.told_once(bundles.findings(application, BundleItem.objects.of(application)))
    bundles.confirm(actor=actor, uid=application.uid, checks=[one.id for one in found])
    bundles.fetch_all(actor=actor, application=application)
    folders_of = {folder.name: folder for folder in definition_folders()}
    materials = bundles.materials_of(actor, application)
    for line in whole.lines_for(application.answers):
        if line.get("required", True) and not line.get("fetch") and "sample" in line:
            content = (folders_of[line["sample_of"]] / line["sample"]).read_bytes()
            file = SimpleUploadedFile(line["sample"], content)
            documents.attach_to(materials, actor=actor, code=line["code"], file=file)
    return application
