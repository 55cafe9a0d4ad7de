"""A zero byte in a form is sent back at every door, on both databases, and nothing is saved."""

import pytest

from tests.cast import Cast
from tests.laws.test_doors import pages
from tests.sample_city import SampleCity, appointed
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.documents.models import Document
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Mandate

DOORS = (
    ("agent", "/parties/acting-for/", "q"),
    ("agent", "/parties/mandates/give/", "name"),
    ("agent", "/cases/query/", "number"),
    ("agent", "/identity/forgotten/", "login"),
    ("agent", "/identity/sign-in/", "login"),
    ("clerk", "/counter/cases/tasks/{task_accept}/not-accept/", "reason"),
)


@pytest.mark.found("S-LOW")
@pytest.mark.parametrize(("who", "door", "field"), DOORS)
def test_a_zero_byte_is_sent_back(sample_city: SampleCity, who: str, door: str, field: str) -> None:
    answer = sample_city.browser(who).post(door.format(**sample_city.ids), {field: "林\0晓云"})

    assert answer.status_code == 400


@pytest.mark.found("S-LOW")
def test_no_door_for_people_ends_in_a_fault(sample_city: SampleCity) -> None:
    """Whatever takes a form and needs nothing in its address is tried with one."""
    for browser in (sample_city.browser("agent"), appointed(sample_city.cast, "city", subtree=True)):
        browser.raise_request_exception = False
        for found in pages():
            if "<" not in found.address and not found.address.startswith(("/api/", "/identity/sign-out/")):
                sent = {"q": "\0", "reason": "\0", "purpose": "\0", "name": "a\0"}
                assert browser.post(found.address, sent).status_code in {302, 400, 403, 404, 405}, found.address


@pytest.mark.found("S-LOW")
def test_a_former_agent_has_nothing_of_what_they_uploaded_for_the_company(cast: Cast) -> None:
    cast.draft()
    agent = cast.actor("agent")
    paper = Document.objects.visible_to(agent).get(kind="floor-plan")
    browser = cast.browser("agent")
    assert browser.get(f"/documents/{paper.uid}/").status_code == 200

    parties.revoke_mandate(actor=SYSTEM, uid=Mandate.objects.get().uid)

    assert browser.get(f"/documents/{paper.uid}/").status_code == 404
    assert not Document.objects.visible_to(cast.actor("agent")).filter(owner=cast.people["company"]).exists()
