"""joint ACCOUNT:FIRM,… COUNT: leave so many joint drafts of five items for each agent; print the words of their URLs.

The bundle is 我要开餐馆 without anything to wait for, so that all five items are handed in at once.
"""

import json
import shutil
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.demonstration import folders
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.catalogue.demonstration import definition_folders
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Account
from tongban.platform.parties.models import Party

SITUATION = {"who": "branch", "large": True, "more": True, "sign": True}
CONSISTENT = {"premises_area": 240, "staff_count": 9, "district": "990102", "licence_registration_kind": "branch"}


def offer() -> None:
    """Publish the bundle without `after` and `feeds`: the questions that were fed are asked once, as elements."""
    source = next(folder for folder in folders() if folder.name == "open-restaurant")
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "at-once"
        shutil.copytree(source, folder)
        text = (folder / "bundle.toml").read_text()
        kept = [line for line in text.splitlines() if not line.startswith("after =")]
        told = "\n".join(kept).replace('code = "open-restaurant"', 'code = "at-once"')
        (folder / "bundle.toml").write_text(_unfed(told))
        draft = bundles.load(actor=SYSTEM, folder=folder)
        bundles.publish(actor=SYSTEM, version=draft.version)


def _unfed(text: str) -> str:
    """Leave the tables of what is fed out; what the licence asks by the same name means the company, and is apart."""
    kept, fed = [], False
    for line in text.splitlines():
        fed = line == "[item.feeds]" or (fed and not line.startswith("["))
        if not fed:
            kept.append(line)
    names = ["operator_name", "uscc", "legal_representative", "domicile"]
    told = "\n".join(kept).replace('apart = ["fuel"]', f"apart = {json.dumps(['fuel', *names])}")
    assert tomllib.loads(told)["item"]
    return told


def draft(account: Account, firm: Party) -> BundleApplication:
    """Fill in one joint application by the verbs of the house, with answers and papers of the examples."""
    actor = cast.actor_for(account, firm)
    application = bundles.begin(actor=actor, bundle="at-once", situation=SITUATION)
    items = BundleItem.objects.of(application)
    whole = bundles.whole_of(application, items)
    answers: dict[str, Any] = {}
    for item in items:
        found = [one["answers"] for one in item.version.examples if one["kind"] == "yes"]
        told = next(one for one in found if one.get("registration_kind", "branch") == "branch")
        names = whole.names[item.key]
        answers |= {names[field]: answer for field, answer in told.items() if field in names}
    answers |= {**CONSISTENT, "premises_address": place()}
    fixed = whole.asked.fixed() & application.sources.keys()
    answers = {name: answer for name, answer in answers.items() if name not in fixed}
    application = bundles.fill(actor=actor, uid=application.uid, answers=answers, revision=application.revision)
    strange = bundles.told_once(bundles.findings(application, BundleItem.objects.of(application)))
    application = bundles.confirm(actor=actor, uid=application.uid, checks=[one.id for one in strange])
    _bring(actor, application, whole)
    return application


def _bring(actor: Actor, application: BundleApplication, whole: bundles.Whole) -> None:
    bundles.fetch_all(actor=actor, application=application)
    materials, known = bundles.materials_of(actor, application), {one.name: one for one in definition_folders()}
    for line in whole.lines_for(application.answers):
        if line.get("required", True) and not line.get("fetch"):
            file = cast.upload(known[line["sample_of"]] / line["sample"])
            documents.attach_to(materials, actor=actor, code=line["code"], file=file)


def place() -> str:
    return f"云泽市临湖区柳岸街{ids.digits(9)}号"


def copies(application: BundleApplication, count: int) -> Iterator[str]:
    """Copy a draft with its items and papers, each for another place; yield the words in their URLs."""
    items, papers = BundleItem.objects.of(application), list(BundlePaper.objects.of(application))
    own = [field.attname for field in BundleItem._meta.concrete_fields if not field.primary_key]
    for _one in range(count):
        with transaction.atomic():
            made = BundleApplication.objects.get(pk=application.pk)
            answers, confirmed, facts, situation = made.answers, made.confirmed, made.facts, made.situation
            made.pk, made.uid, made.key, made._state.adding = None, ids.token(16), None, True
            made.answers = {**answers, "premises_address": place(), "licence_business_name": f"测算{ids.digits(9)}分店"}
            made.confirmed, made.facts, made.situation = confirmed, facts, situation
            made.save()
            rows = [{name: getattr(item, name) for name in own} | {"application_id": made.pk} for item in items]
            BundleItem.objects.bulk_create([BundleItem(**row) for row in rows])
            now = clock.now()
            BundlePaper.objects.bulk_create(
                BundlePaper(application=made, code=one.code, document=one.document, added_at=now) for one in papers
            )
        yield made.uid


def main() -> None:
    offer()
    found = []
    for pair in sys.argv[1].split(","):
        account, firm = map(int, pair.split(":"))
        first = draft(Account.objects.get(pk=account), Party.objects.get(pk=firm))
        found.append([first.uid, *copies(first, int(sys.argv[2]) - 1)])
    print(json.dumps(found))


main()
