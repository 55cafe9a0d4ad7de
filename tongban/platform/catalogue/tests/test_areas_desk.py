"""Offices of other areas at the desk: listed, named and ended by whoever publishes there, where the law lets choose."""

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import AreaOffice
from tongban.platform.catalogue.tests.test_desk import SIGN, browser, draft, in_force, staff  # noqa: F401
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

AREAS = f"{SIGN}areas/"
WORDS = {
    "consult": "0990-55620441",
    "complaint": "0990-55620449",
    "review": "向岚川市人民政府。",
    "litigation": "向法院。",
}


@pytest.fixture
def chosen(staff, folder):  # noqa: F811
    """Let applicants choose, with an office elsewhere for which the publisher may speak."""
    office = identity.put_department(actor=SYSTEM, key="there", name="岚川市城管局", area="990200")
    file = folder / "service.toml"
    file.write_text(f'{file.read_text()}\n[areas]\nbasis = "申请人可以选择"\nsource = "通办规则"\n')
    version = catalogue.publish(actor=SYSTEM, version=catalogue.load(actor=SYSTEM, folder=folder).version)
    role = identity.define_role(actor=SYSTEM, key="publisher-there", name="发布", duties=("catalogue.publish",))
    identity.appoint(actor=SYSTEM, account=staff["publisher"], department=office, role=role)
    return version.guide


def sent(guide: dict, **changes: str) -> dict[str, str]:
    roles = {f"role-{row['key']}": "there" for row in guide["role"]}
    return {"department": "there", **roles, **WORDS, **changes}


def test_an_office_is_named_listed_changed_and_ended(chosen, browser):  # noqa: F811
    desk = browser("publisher")
    assert desk.get(AREAS).status_code == 200
    assert desk.post(AREAS, sent(chosen)).status_code == 302
    office = AreaOffice.objects.get()
    assert (office.area, office.contacts["consult"], office.ended_on) == ("990200", WORDS["consult"], None)
    assert "岚川市城管局" in desk.get(AREAS).content.decode()
    assert desk.post(AREAS, sent(chosen, consult="0990-55620442")).status_code == 302
    assert AreaOffice.objects.get().contacts["consult"] == "0990-55620442"

    assert desk.post(f"{AREAS}{office.pk}/end/", {"reason": ""}).status_code == 422
    assert desk.post(f"{AREAS}{office.pk}/end/", {"reason": "不再办理"}).status_code == 302
    assert AreaOffice.objects.get().ended_on is not None


def test_what_is_left_out_is_told_and_nothing_is_kept(chosen, browser):  # noqa: F811
    answered = browser("publisher").post(AREAS, sent(chosen, department="", review=""))

    assert answered.status_code == 422
    assert WORDS["litigation"] in answered.content.decode()
    assert not AreaOffice.objects.exists()


def test_others_find_nothing_and_where_the_law_names_one_office_nobody_is_named(in_force, browser):  # noqa: F811
    assert browser("outsider").get(AREAS).status_code in {403, 404}
    assert browser("clerk").get(AREAS).status_code in {403, 404}
    page = browser("publisher").get(AREAS).content.decode()
    assert "gives this service to one office" in page
    with pytest.raises(catalogue.AreaFixed):
        catalogue.put_area_office(
            actor=SYSTEM, service=in_force.service, department=Department.objects.in_order()[0], roles={}
        )
