"""Offices of areas, later: what is told after the file went on, and cases that an older system hands over."""

import json

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import rebuilding, sending
from tongban.platform.cases.services.sending import SIGN
from tongban.platform.cases.tests.test_areas import SERVICE, THERE, cities, signed_for, who_sees  # noqa: F401
from tongban.platform.catalogue.models import AreaOffice
from tongban.platform.identity.models import Department
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.django_db
TAKEN_OVER = ("submitted", "accepted")


def test_each_notice_names_the_office_of_its_time_however_late_it_is_sent(cities):  # noqa: F811
    """A worker that was away tells of both moves at once, when the case lies with the second office already."""
    case = signed_for(cities)
    sending.transfer(
        actor=cities.actor("clerk-there"), task=cities.task(case, "accept"), office=None, reason="由居住地办理"
    )
    sending.sign_for_file(actor=cities.actor("clerk-here"), task=cities.task(case, SIGN))
    jobs.run_all()

    titles = [notice.title for notice in Notice.objects.order_by("pk") if "已送达" in notice.title]
    offices = [Department.objects.get(key=key).title for key in ("there-police", "public-security")]
    assert [[office in title for office in offices] for title in titles] == [[True, False], [False, True]]


@pytest.mark.parametrize(("area", "office"), [(THERE, "there-police"), ("", "public-security")])
def test_a_case_of_an_older_system_comes_to_the_office_of_its_area(cities, area, office):  # noqa: F811
    head = {"format": "tongban-cases", "version": 1, "system": "岚川旧审批系统"}
    steps = [
        {"step": kind, "at": f"2026-02-0{day}T02:00:00+00:00", "actor": "李明", "office": "窗口"}
        for day, kind in enumerate(TAKEN_OVER, start=3)
    ]
    line = {"number": "LC-1", "service": SERVICE, "applicant": cities.people["citizen"].id_number, "steps": steps}
    line |= {"area": area} if area else {}

    (found,) = cases.take_over(lines=[json.dumps(one, ensure_ascii=False) for one in (head, line)], dry_run=False)

    assert found.outcome == "taken", found
    case = Case.objects.get(applicant=cities.people["citizen"])
    assert (case.department.key, case.area) == (office, area or "990100")
    assert cities.task(case, "review").department.key == office
    assert case.area_office == (AreaOffice.objects.get() if area else None)
    assert ("approver-there" in who_sees(cities, case)) == bool(area)
    assert not rebuilding.differences(case.pk)
