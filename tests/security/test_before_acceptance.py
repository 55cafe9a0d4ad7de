"""Before acceptance only its applicant and the window know a case: offices of later steps neither find nor read it."""

from dataclasses import dataclass

import pytest
from django.test import Client

from tests.cast import Cast
from tests.sample_city import appointed, role_key
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import READING, Case, Material
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Role

pytestmark = pytest.mark.found("S-LOW")


@dataclass
class Office:
    """Somebody with every duty of a case in one department, at the desk and through a system of theirs."""

    actor: Actor
    desk: Client
    system: Client

    def answers(self, case: Case) -> set[int]:
        """Return what every door says to the case, its papers and its number."""
        paper = Material.objects.of(case).first().document
        pages = ("/desk/cases/{0}/", "/counter/cases/{0}/", "/desk/cases/{0}/files/{1}/", "/crew/cases/{0}/files/{1}/")
        ends = (f"{case.uid}", f"{case.number}", f"{case.uid}/papers/{paper.uid}")
        return {self.desk.get(page.format(case.uid, paper.uid)).status_code for page in pages} | {
            self.system.get(f"/api/v1/cases/{end}").status_code for end in ends
        }

    def finds(self, case: Case) -> set[str]:
        """Return the lists in which the case turns up."""
        words = ("", f"?state={case.state}", f"?q={case.number}", f"?q={case.applicant_name}")
        lists = [f"/{portal}/cases/all/{word}" for portal in ("desk", "counter") for word in words]
        found = {path for path in lists if case.uid in self.desk.get(path).content.decode()}
        return found | ({"api"} if case.uid in self.system.get("/api/v1/cases/").content.decode() else set())


@pytest.fixture(params=["market-regulation", "fire-rescue"])
def later(cast: Cast, request: pytest.FixtureRequest) -> Office:
    """Staff an office whose step comes after acceptance."""
    desk = appointed(cast, request.param, duties=list(READING))
    system = identity.open_account(actor=SYSTEM, login="office.system", name="审批系统", kind="client")
    office = Department.objects.get(key=request.param)
    identity.appoint(actor=SYSTEM, account=system, department=office, role=Role.objects.get(key=role_key(READING)))
    _token, key = identity.make_token(actor=SYSTEM, account=system, title="测试", duties=list(READING))
    actor = identity.actor_of(cast.accounts["elsewhere"])
    return Office(actor, desk, Client(headers={"authorization": f"Bearer {key}"}))


def test_later_offices_neither_find_nor_read_it_before_acceptance(cast: Cast, later: Office) -> None:
    case = cast.submitted()

    assert later.answers(case) == {404}
    assert later.finds(case) == set()
    assert not Case.objects.visible_to(later.actor).exists()
    assert cases.listed(actor=later.actor, params={}).rows == []


def test_later_offices_take_part_from_the_moment_it_is_accepted(cast: Cast, later: Office) -> None:
    case = cast.accepted()

    assert later.answers(case) == {200}
    assert len(later.finds(case)) == 9
    assert [line.uid for line in cases.listed(actor=later.actor, params={}).rows] == [case.uid]


def test_a_supplement_a_refusal_at_the_window_and_a_withdrawal_let_nobody_else_in(cast: Cast, later: Office) -> None:
    asked, turned_away, taken_back = (cast.submitted() for _number in range(3))
    clerk, points = cast.actor("clerk"), [{"material": "", "text": "请写明楼层。"}]
    cases.request_supplement(actor=clerk, task=cast.task(asked, "accept"), points=points)
    cases.not_accept(actor=clerk, task=cast.task(turned_away, "accept"), reason="不属于本机关职权范围。")
    cases.withdraw(actor=cast.actor("agent"), case=taken_back, reason="不办了")

    for case in (asked, turned_away, taken_back):
        assert later.answers(case) == {404}


def test_silence_that_counts_as_acceptance_lets_them_in(cast: Cast, later: Office) -> None:
    case = cast.submitted()

    cases.deem_accepted(case=case)

    assert later.answers(case) == {200}


def test_the_window_reads_it_from_the_start(cast: Cast) -> None:
    case = cast.submitted()

    assert cast.browser("clerk").get(f"/counter/cases/{case.uid}/").status_code == 200
