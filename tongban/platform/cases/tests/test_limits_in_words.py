"""One function says every time limit, in its own unit: guide, first page, letters and interface cannot differ."""

import re
import shutil
import tomllib
from datetime import UTC, date, datetime
from functools import partial
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import Cast, definition, found
from tests.laws.house import HOUSE
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.demonstration import rehearsal
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages import presenting
from tongban.platform.cases.services import letters
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.codes import services as codes
from tongban.platform.codes.rules import Calendar
from tongban.platform.deadlines import services as deadlines
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.letters.ports import TEMPLATES

SERVICES = sorted(path.parent for path in HOUSE.glob("applications/*/definitions/*/service.toml"))
UNITS = {"workday": "个工作日", "day": "个自然日", "hour": "小时"}
YEAR = Calendar(frozenset(), frozenset(), date(2026, 12, 31))


def said(number: int, unit: str) -> str:
    return f"{number}{UNITS[unit]}" if number else "当场"


@pytest.fixture
def city(db):
    """Found a city with one service more, and the offices that take part in it."""

    def founded(folder: Any) -> tuple[Cast, dict[str, Any]]:
        cast, guide = found(), tomllib.loads((folder / "service.toml").read_text())
        for key in {guide["department"], *(role["department"] for role in guide["role"])}:
            identity.put_department(actor=SYSTEM, key=key, name=f"云泽市{key}局", parent=None, area="990100")
        draft = catalogue.load(actor=SYSTEM, folder=folder)
        catalogue.publish(actor=SYSTEM, version=draft.version)
        return cast, guide

    return founded


@pytest.mark.found("A6")
@pytest.mark.parametrize("unit", sorted(UNITS))
def test_a_limit_is_said_in_its_own_unit(unit):
    assert codes.in_words(7, unit) == said(7, unit)
    assert codes.in_words(0, unit) == "当场"


@pytest.mark.found("A6")
@pytest.mark.parametrize("folder", SERVICES, ids=lambda folder: folder.name)
def test_guide_first_page_letters_and_interface_say_the_same(city, folder):
    cast, guide = city(folder)
    limits, code = guide["limits"], guide["code"]
    promised, statutory = (said(limits[f"{kind}_days"], limits["unit"]) for kind in ("promised", "statutory"))
    version = Service.objects.get(code=code).current
    who = "citizen" if "1" in guide["audience"] else "agent"
    rehearsal.assure(version.service, cast.actor(who))

    shown = Client().get(reverse("hall:catalogue:guide", args=[code])).content.decode()
    first = cast.browser(who).get(f"/cases/begin/{code}/").content.decode()
    answer = Client().get(f"/api/v1/catalogue/services/{code}").json()["limits"]
    letter = acceptance(cast, version)

    assert re.search(rf"<dd>\s*{promised}\s*</dd>", shown)
    assert re.search(rf"<dd>\s*<b>{statutory}</b>", shown)
    assert (answer["promised"], answer["statutory"]) == (promised, statutory)
    if guide["handling"] == "instant":
        assert re.search(rf"<dd>\s*{promised}\s*</dd>", first)
        assert promised in letter
    else:
        assert f"承诺{promised}，法定{statutory}" in first
        assert f"承诺{promised}" in letter
        assert statutory in letter
    for text in (shown, first, letter):
        assert not any(f">0{unit}" in text or f" 0 {unit}" in text or f"承诺0{unit}" in text for unit in UNITS.values())


def acceptance(cast, version):
    """Write the text of the notice of acceptance, as somebody reads it whose pages are English."""
    day = date(2026, 3, 2)
    case = Case(
        version=version,
        department=version.service.department,
        applicant=cast.people["company"],
        applicant_name="云泽市禾香餐饮有限公司",
        number="990102-20260302-0000000",
        query_code="123456",
        received_on=day,
        accepted_on=day,
        promised_due_on=day,
        statutory_due_on=day,
        submitted_at=clock.now(),
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    own = cases.plan_of(version).templates.get("documents/acceptance.md")
    case.save()
    with translation.override("en"):
        facts = letters.context(case, Action(case=case, kind="accepted", on=day))
    return documents.fill(own or TEMPLATES["acceptance"].text, facts)


@pytest.mark.found("F13")
def test_the_light_counts_in_the_unit_of_the_limit():
    """Seven calendar days, and thirty that a special procedure took: on the seventh day the light warns."""
    limits = rules.Limits(statutory_days=15, promised_days=7, unit="day")
    actions = [
        ("submitted", date(2026, 3, 2)),
        ("accepted", date(2026, 3, 2)),
        ("procedure_begun", date(2026, 3, 3)),
        ("procedure_ended", date(2026, 4, 2)),
    ]
    case = steps.project(actions, limits, YEAR)
    light = partial(
        deadlines.light,
        start=case.accepted_on,
        due=case.promised_due_on,
        done=None,
        calendar=YEAR,
        warn_percent=90,
        paused=case.lost_days,
        unit="day",
    )

    assert case.promised_due_on == date(2026, 4, 8)
    assert light(today=date(2026, 4, 7)) == "green"
    assert light(today=date(2026, 4, 8)) == "yellow"
    assert light(today=date(2026, 4, 9)) == "red"


@pytest.mark.found("F13")
def test_case_and_list_tell_the_light_in_the_unit_of_the_service(cast, on, tmp_path):
    folder = shutil.copytree(definition("food-business"), tmp_path / "food-business")
    guide = folder / "service.toml"
    guide.write_text(guide.read_text().replace('unit = "workday"', 'unit = "day"'))
    catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)

    with on(datetime(2026, 3, 6, 2, tzinfo=UTC)):  # a Friday
        case = cast.accepted()
    with on(datetime(2026, 3, 13, 2, tzinfo=UTC)):  # seven of eight calendar days, five of six working days
        line = Case.objects.rows().get(pk=case.pk)
        seventh = [presenting.light_of(case).light, presenting.light_of(line).light]
    with on(datetime(2026, 3, 15, 2, tzinfo=UTC)):  # a Sunday; the last day moved on to Monday
        line = Case.objects.rows().get(pk=case.pk)
        ninth = [presenting.light_of(case).light, presenting.light_of(line).light]

    assert case.promised_due_on == date(2026, 3, 16)
    assert (seventh, ninth) == (["green", "green"], ["yellow", "yellow"])
