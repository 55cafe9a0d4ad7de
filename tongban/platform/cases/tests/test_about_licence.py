"""变更、延续、补办、注销: a service names the licence it acts on, and what is granted is done to it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.cast import Cast, definition, example, found, upload
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import about_licence, silence
from tongban.platform.catalogue.models import Service
from tongban.platform.letters.models import Letter
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
RENEWAL, CHANGE = "food-business-renewal", "food-business-change"
REISSUE, CANCELLATION = "food-business-reissue", "food-business-cancellation"
FACE = {"经营者名称": "云泽市禾香餐饮有限公司", "经营场所": "云泽市临湖区柳岸街15号1层", "经营项目": "热食类食品制售"}


@pytest.fixture
def house(db) -> Iterator[Cast]:
    """Give the cast a city with the four services, on Monday 2 March 2026."""
    with clock.at(MONDAY):
        yield snapshot("cases: about a licence", _founded)


def _founded() -> Cast:
    return found("food-business", RENEWAL, CHANGE, REISSUE, CANCELLATION)


def held(house: Cast, *, number: str = "JY29901000009003", until: date = date(2026, 5, 5)) -> Licence:
    return licences.record(
        actor=SYSTEM,
        order=licences.Order(
            kind="food-business-licence",
            kind_name="食品经营许可证",
            kind_code="11990100MB9900101F001",
            number=number,
            holder=house.people["company"],
            issuer=Service.objects.get(code="food-business").department,
            subject=f"register:{number}",
            valid_from=date(2021, 5, 6),
            valid_until=until,
            face=FACE,
        ),
    )


def filled(house: Cast, service: str, licence: Licence) -> Case:
    agent, played = house.actor("agent"), example(service)
    case = cases.begin(actor=agent, service=service, licence=licence.token)
    case = cases.fill(actor=agent, case=case, answers=played["answers"], revision=case.revision)
    for code, sample in played["materials"].items():
        if sample == "fetch":
            cases.fetch(actor=agent, case=case, code=code)
        else:
            cases.attach(actor=agent, case=case, code=code, file=upload(definition(service) / sample))
    return case


def handed_in(house: Cast, service: str, licence: Licence) -> Case:
    return cases.submit(actor=house.actor("agent"), uid=filled(house, service, licence).uid, declared=True)


def decided(house: Cast, case: Case, *, granted: bool = True) -> Case:
    cases.accept(actor=house.actor("clerk"), task=house.task(case, "accept"))
    reviewer, approver = house.actor("reviewer"), house.actor("approver")
    cases.give_opinion(actor=reviewer, task=house.task(case, "review"), passed=granted, opinion="情况属实。")
    if case.version.service.code == CHANGE:
        house.inspected(case, passed=granted)
    cases.decide(actor=approver, task=house.task(case, "approve"), granted=granted, reason="符合条件。")
    return finished(case)


def finished(case: Case) -> Case:
    jobs.run_all()
    assert not Job.objects.dead().exists()
    return Case.objects.get_with_related(case.pk)


def renewed(case: Case) -> Licence:
    return Licence.objects.of_subject(case.subject).get()


def test_the_new_licence_keeps_its_number_and_takes_the_place_of_the_old_one(house):
    old = held(house)
    case = decided(house, handed_in(house, RENEWAL, old))

    new = renewed(case)
    old.refresh_from_db()
    assert (case.state, old.state, new.state) == ("completed", "superseded", "valid")
    assert (new.number, new.version, new.follows_id, new.how) == (old.number, 2, old.pk, "extend")
    assert old.identifier.split(".")[:-2] == new.identifier.split(".")[:-2]
    assert new.identifier.split(".")[-2] == "002"
    assert new.valid_until == date(2031, 3, 1)
    assert new.face == FACE
    assert cases.projection_differences(case.pk) == []


def test_whoever_verifies_the_old_one_learns_what_took_its_place(house):
    old = held(house)
    new = renewed(decided(house, handed_in(house, RENEWAL, old)))

    verdict = licences.verify_token(old.token)
    assert (verdict.outcome, verdict.validity) == ("not_valid", "superseded")
    assert "2031-03-01" in verdict.problems[0]
    assert licences.verify_token(new.token).outcome == "genuine"
    by_number = licences.verify_number(new.number, house.people["company"].name)
    assert by_number.licence == new
    titles = [fact.name.rpartition(".")[2] for fact in licences.history(new)]
    assert titles == ["LicenceIssued", "LicenceSuperseded", "LicenceIssued"]


def test_a_change_says_what_was_granted_and_keeps_the_end(house):
    old = held(house, until=date(2030, 1, 9))
    new = renewed(decided(house, handed_in(house, CHANGE, old)))

    assert (new.how, new.valid_until, new.number) == ("change", date(2030, 1, 9), old.number)
    assert "冷食类食品制售" in new.face["经营项目"]


def test_a_reissue_is_the_same_licence_again(house):
    old = held(house)
    new = renewed(decided(house, handed_in(house, REISSUE, old)))

    said = ("number", "valid_from", "valid_until", "issued_on", "face")
    assert [getattr(new, name) for name in said] == [getattr(old, name) for name in said]
    assert new.token != old.token


def test_a_cancelled_licence_is_void_at_once_and_the_decision_says_so(house):
    old = held(house)
    case = decided(house, handed_in(house, CANCELLATION, old))

    old.refresh_from_db()
    assert (case.state, old.state) == ("completed", "cancelled")
    assert str(case.number) in old.state_reason
    assert Letter.objects.about(case.subject).get(kind="grant").title == "准予注销食品经营许可决定书"
    assert licences.verify_token(old.token).validity == "cancelled"


def test_a_refusal_leaves_the_licence_as_it_is(house):
    old = held(house)
    decided(house, handed_in(house, RENEWAL, old), granted=False)

    old.refresh_from_db()
    assert old.state == "valid"
    assert not Licence.objects.filter(follows=old.pk).exists()


def test_what_the_licence_was_granted_for_is_filled_in(house):
    case = house.decided()
    given = Licence.objects.of_subject(case.subject).get()

    draft = cases.begin(actor=house.actor("agent"), service=CHANGE, licence=given.token)

    assert draft.answers["premises_address"] == case.answers["premises_address"]
    assert draft.answers["equipment"] == case.answers["equipment"]
    assert draft.sources["premises_address"]["title"] == f"食品经营许可证 {given.number}"
    assert draft.sources["uscc"]["register"] == "enterprise"


def test_of_a_licence_from_elsewhere_the_face_is_filled_in(house):
    draft = cases.begin(actor=house.actor("agent"), service=RENEWAL, licence=held(house).token)

    assert draft.answers["premises_address"] == FACE["经营场所"]


def test_the_only_licence_need_not_be_named_and_of_several_one_is_chosen(house):
    agent, first = house.actor("agent"), held(house)
    assert cases.begin(actor=agent, service=RENEWAL).licence == first

    second = held(house, number="JY29901000009011")
    with pytest.raises(about_licence.LicenceNotChosen):
        cases.begin(actor=agent, service=RENEWAL)
    assert cases.begin(actor=agent, service=RENEWAL, licence=second.token).licence == second


def test_whoever_holds_none_or_names_that_of_another_is_refused(house):
    with pytest.raises(about_licence.NoLicenceHeld):
        cases.begin(actor=house.actor("agent"), service=RENEWAL)
    other = held(house)
    Licence.objects.filter(pk=other.pk).update(holder=house.people["citizen"])
    with pytest.raises(about_licence.NoLicenceHeld):
        cases.begin(actor=house.actor("agent"), service=RENEWAL, licence=other.token)


def test_one_application_about_a_licence_is_open_at_a_time(house):
    licence = held(house)
    draft = filled(house, REISSUE, licence)
    first = handed_in(house, RENEWAL, licence)

    with pytest.raises(about_licence.LicenceBusy) as refused:
        cases.begin(actor=house.actor("agent"), service=CANCELLATION, licence=licence.token)
    assert refused.value.status == 409
    assert str(first.number) in str(refused.value)
    with pytest.raises(about_licence.LicenceBusy):
        cases.submit(actor=house.actor("agent"), uid=draft.uid, declared=True)


@pytest.mark.parametrize(
    ("until", "early", "late"),
    [
        (date(2026, 7, 20), True, False),
        (date(2026, 5, 5), False, False),
        (date(2026, 3, 23), False, False),
        (date(2026, 3, 20), False, True),
    ],
)
def test_when_a_renewal_may_be_asked_for_is_told_before(house, until, early, late):
    """Source: 食品经营许可和备案管理办法: from 90 to 15 working days before the end."""
    licence = held(house, until=until)
    (choice,) = about_licence.choices(house.people["company"].pk, Service.objects.get(code=RENEWAL).current)

    assert (choice.is_early, choice.is_late) == (early, late)
    page = house.browser("agent").get(f"/cases/begin/{RENEWAL}/").content.decode()
    assert ("起可以申请延续" in page, "现已逾期" in page) == (early, late)
    if early:
        with pytest.raises(about_licence.TooEarlyToRenew):
            cases.begin(actor=house.actor("agent"), service=RENEWAL, licence=licence.token)


def test_nothing_is_granted_about_a_licence_that_was_taken_away(house):
    licence = held(house)
    case = handed_in(house, RENEWAL, licence)
    licences.revoke(actor=SYSTEM, licence=licence, reason="吊销处罚决定")

    with pytest.raises(about_licence.LicenceOver) as refused:
        decided(house, case)
    assert refused.value.status == 409


class TestSilence:
    """视为准予延续: 行政许可法 art. 50."""

    def after(self, licence: Licence, days: int = 1) -> datetime:
        return datetime.combine(licence.valid_until, MONDAY.time(), UTC) + timedelta(days=days)

    def test_no_decision_by_the_last_day_extends_the_licence(self, house):
        licence = held(house, until=date(2026, 4, 30))
        case = handed_in(house, RENEWAL, licence)
        cases.accept(actor=house.actor("clerk"), task=house.task(case, "accept"))
        with clock.at(self.after(licence, 0)):
            assert silence.deemed_extended(on=clock.today()) == []
            assert silence.extend_by_silence(case=case).state == "accepted"

        with clock.at(self.after(licence)):
            (silent,) = silence.deemed_extended(on=clock.today())
            silence.extend_by_silence(case=silent)
            silence.extend_by_silence(case=silent)
            case = finished(case)

        new = renewed(case)
        assert (case.state, case.outcome, case.decided_on) == ("completed", "granted", date(2026, 5, 1))
        assert (new.state, new.valid_from, new.valid_until) == ("valid", date(2026, 5, 1), date(2031, 4, 30))
        assert Action.objects.of(case).of_kinds(["deemed_granted"]).count() == 1
        assert Letter.objects.about(case.subject).get(kind="deemed-extension").title == "视为准予延续告知书"
        assert any("视为准予延续" in notice.title for notice in Notice.objects.filter(party=case.applicant))
        assert cases.projection_differences(case.pk) == []
        assert not house.browser("reviewer").get("/desk/workflow/").content.decode().count(str(case.number))

    def test_what_came_too_late_is_not_extended(self, house):
        licence = held(house, until=date(2026, 3, 20))
        case = handed_in(house, RENEWAL, licence)

        with clock.at(self.after(licence)):
            assert silence.deemed_extended(on=clock.today()) == []
            assert silence.extend_by_silence(case=case).outcome == ""

    def test_what_waits_for_its_applicant_is_not_extended(self, house):
        licence = held(house, until=date(2026, 4, 30))
        case = handed_in(house, RENEWAL, licence)
        points = [{"material": "business-licence", "text": "请补充。"}]
        cases.request_supplement(actor=house.actor("clerk"), task=house.task(case, "accept"), points=points)

        with clock.at(self.after(licence)):
            assert silence.deemed_extended(on=clock.today()) == []

    def test_a_change_is_never_granted_by_silence(self, house):
        licence = held(house, until=date(2026, 4, 30))
        handed_in(house, CHANGE, licence)

        with clock.at(self.after(licence)):
            assert silence.deemed_extended(on=clock.today()) == []


def test_the_page_of_a_licence_leads_to_all_four(house):
    licence = held(house)
    page = house.browser("agent").get(f"/licences/{licence.token}/").content.decode()

    for service in (RENEWAL, CHANGE, REISSUE, CANCELLATION):
        assert f"/cases/begin/{service}/?licence={licence.token}" in page


def test_it_is_begun_from_the_page_for_the_chosen_licence(house):
    licence, browser = held(house), house.browser("agent")
    held(house, number="JY29901000009011")

    page = browser.get(f"/cases/begin/{RENEWAL}/?licence={licence.token}").content.decode()
    assert page.count('name="licence"') == 2
    assert browser.post(f"/cases/begin/{RENEWAL}/", {}).status_code == 422
    sent = browser.post(f"/cases/begin/{RENEWAL}/", {"licence": licence.token})

    assert sent.status_code == 302
    assert Case.objects.get(licence=licence).state == "draft"
