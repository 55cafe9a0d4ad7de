"""The life of a seal under four eyes, and what becomes of its papers when its key gets into wrong hands."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.stamping import authority
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import Conflict, NotAllowed
from tongban.platform.documents import services as documents
from tongban.platform.identity.models import Department
from tongban.platform.seals import rules
from tongban.platform.seals import services as seals
from tongban.platform.seals.life import (
    ChangeOpen,
    NoChangeReason,
    SamePerson,
    SinceWrong,
    StepImpossible,
    ValidityWrong,
)
from tongban.platform.seals.models import Seal, SealChange, SealUse, SealWait
from tongban.platform.seals.tests.test_sealing import a_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def department():
    return Department.objects.create(key="health", name="云泽市卫生健康委员会", path="health/", area="990100")


def keeper(account, name):
    return Actor("staff", account=account, name=name, grants=(Grant("seals.manage"),))


GAO, BAI = keeper(1, "高飞"), keeper(2, "白桦")


def taken(seal, step, since=None):
    change = seals.propose(actor=GAO, seal=seal, step=step, reason=f"{step}的理由", since=since)
    return seals.confirm(actor=BAI, change=change)


def in_use(department, name="电子证照专用章"):
    change = seals.apply_for(actor=GAO, department=department, name=name, reason="新设审批事项")
    seal = seals.confirm(actor=BAI, change=change)
    return taken(taken(seal, "make"), "activate")


def sealed(department, subject="case:1"):
    return seals.apply(actor=SYSTEM, department=department, pdf=a_letter(), reason="核发", subject=subject)


def sealed_ofd(department, subject="case:1"):
    files = seals.ofd.document(
        [seals.ofd.PlacedLine("许可证", 60, 50, 8)],
        typeface=seals.ofd.Typeface(*documents.subset("许可证")),
        title="许可证",
        author=department.name,
        day="2026-11-30",
        qr=b"",
        metadata=b"<a/>",
    )
    return seals.apply_ofd(actor=SYSTEM, department=department, files=files, reason="核发", subject=subject)


@pytest.mark.parametrize(
    ("state", "steps"),
    [
        ("applied", []),
        ("approved", ["make", "destroy"]),
        ("made", ["activate", "destroy"]),
        ("active", ["suspend", "destroy"]),
        ("suspended", ["resume", "destroy"]),
        ("withdrawn", []),
        ("refused", []),
    ],
)
def test_from_each_state_few_steps_lead(state, steps):
    assert rules.possible(state) == steps


def test_from_application_to_destruction_each_step_takes_two_people(department):
    change = seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="新设审批事项")
    seal = change.seal
    states = [seal.state]
    assert not seal.picture, "before it is made there is no impression"
    states.append(seals.confirm(actor=BAI, change=change).state)
    for step in ("make", "activate", "suspend", "resume", "destroy"):
        states.append(taken(seal, step).state)

    assert states == ["applied", "approved", "made", "active", "suspended", "active", "withdrawn"]
    assert bytes(Seal.objects.get().picture).startswith(b"\x89PNG")
    told = list(Fact.objects.filter(subject=f"seal:{seal.pk}").exclude(name="seals.SealChangeProposed").order_by("pk"))
    assert [fact.name for fact in told] == [
        "seals.SealApproved",
        "seals.SealMade",
        "seals.SealActivated",
        "seals.SealSuspended",
        "seals.SealResumed",
        "seals.SealWithdrawn",
    ]
    assert {fact.actor for fact in told} == {"白桦"}
    assert {one.proposer for one in SealChange.objects.of_seal(seal)} == {"高飞"}


def test_nobody_confirms_what_they_proposed_themselves(department):
    change = seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="新设")

    with pytest.raises(SamePerson):
        seals.confirm(actor=GAO, change=change)
    with pytest.raises(SamePerson):
        seals.confirm(actor=SYSTEM, change=change)

    with pytest.raises(IntegrityError), transaction.atomic():
        SealChange.objects.filter(pk=change.pk).update(outcome="confirmed", settled_by=GAO.account)
    assert Seal.objects.get().state == "applied"


def test_a_change_is_settled_once_and_only_one_is_open(department):
    seal = in_use(department)
    change = seals.propose(actor=GAO, seal=seal, step="suspend", reason="清点")
    with pytest.raises(ChangeOpen):
        seals.propose(actor=BAI, seal=seal, step="destroy", reason="更换")

    seals.reject(actor=BAI, change=change, remark="无须停用")

    assert Seal.objects.get().state == "active"
    with pytest.raises(Conflict):
        seals.confirm(actor=BAI, change=change)
    assert Fact.objects.filter(name="seals.SealChangeRejected", reason="无须停用").count() == 1


def test_a_refused_application_leaves_room_for_another(department):
    change = seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="新设")
    with pytest.raises(seals.SealExists):
        seals.apply_for(actor=BAI, department=department, name="电子证照专用章", reason="新设")
    with pytest.raises(NoChangeReason):
        seals.reject(actor=BAI, change=change, remark=" ")

    seals.reject(actor=BAI, change=change, remark="名称不规范")

    assert change.seal.state == "applied"
    assert Seal.objects.get().state == "refused"
    assert seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="改名").seal.code


@pytest.mark.parametrize("who", [Actor("staff", account=5), Actor("staff", account=5, grants=(Grant("seals.apply"),))])
def test_only_who_looks_after_seals_proposes_and_confirms(department, who):
    change = seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="新设")
    for refused in (
        lambda: seals.apply_for(actor=who, department=department, name="公章", reason="新设"),
        lambda: seals.propose(actor=who, seal=change.seal, step="destroy", reason="x"),
        lambda: seals.confirm(actor=who, change=change),
        lambda: seals.reject(actor=who, change=change, remark="x"),
        lambda: seals.make(actor=GAO, department=department, name="公章"),
        lambda: seals.suspend(actor=GAO, seal=change.seal, reason="x"),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_what_makes_no_sense_is_refused(department):
    seal = in_use(department)
    with pytest.raises(StepImpossible):
        seals.propose(actor=GAO, seal=seal, step="resume", reason="x")
    with pytest.raises(StepImpossible):
        seals.propose(actor=GAO, seal=seal, step="apply", reason="x")
    with pytest.raises(SinceWrong):
        seals.propose(actor=GAO, seal=seal, step="suspend", reason="x", since=clock.now())
    with pytest.raises(SinceWrong):
        seals.propose(actor=GAO, seal=seal, step="destroy", reason="x", since=clock.now() + timedelta(days=1))
    with pytest.raises(ValidityWrong):
        seals.apply_for(actor=GAO, department=department, name="公章", reason="x", valid_until=date(2001, 1, 1))


@pytest.mark.parametrize("step", ["", "make", "suspend"])
def test_a_seal_that_is_not_in_use_seals_nothing(department, step):
    change = seals.apply_for(actor=GAO, department=department, name="电子证照专用章", reason="新设")
    seal = seals.confirm(actor=BAI, change=change)
    if step:
        taken(seal, "make")
    if step == "suspend":
        taken(seal, "activate")
        taken(seal, "suspend")

    for seal_it in (sealed, sealed_ofd):
        with pytest.raises(seals.NoSeal):
            seal_it(department)
    assert not SealUse.objects.exists()


def test_what_waits_says_why_and_goes_on_when_the_seal_is_back(department):
    seal = in_use(department)
    earlier = sealed(department, "case:7")
    taken(seal, "suspend")
    with pytest.raises(seals.NoSeal) as refused:
        sealed(department, "case:8")

    assert refused.value.wait_seconds, "the worker tries again, and never gives the paper up"
    (sentence,) = seals.waiting_about("case:8")
    assert "云泽市卫生健康委员会" in sentence
    assert Seal(state="suspended").get_state_display() in sentence
    assert seals.examine(earlier).good, "what was sealed before stays good"

    taken(seal, "resume")
    sealed(department, "case:8")
    assert seals.waiting_about("case:8") == []


def test_work_that_waits_is_tried_at_once_when_the_seal_is_back(department):
    seal = in_use(department)
    taken(seal, "suspend")
    SealWait.objects.create(subject="case:8", department=department, since=clock.now())
    jobs.enqueue(jobs_probe, lane="case:8")
    Job.objects.filter(lane="case:8").update(attempts=9, due_at=clock.now() + timedelta(hours=1))
    taken(seal, "resume")

    assert Job.objects.get(lane="case:8").due_at <= clock.now()


@jobs.task
def jobs_probe() -> None:
    """Do nothing; stands for a letter that waits."""


@pytest.fixture(scope="module")
def tsa(tmp_path_factory):
    with authority(tmp_path_factory.mktemp("tsa")) as running:
        yield running


@pytest.fixture
def _stamping(tsa, settings):
    for name, value in tsa.settings.items():
        setattr(settings, name, value)


@pytest.mark.usefixtures("_stamping")
def test_a_stolen_key_takes_the_trust_of_what_was_sealed_since_and_of_nothing_before(department):
    """The drill: PDF with time stamps and OFD, sealed before and after the key got into wrong hands."""
    seal = in_use(department)
    now = clock.now()
    before = [sealed(department, "case:1"), sealed_ofd(department, "case:1")]
    SealUse.objects.update(at=now - timedelta(days=2))
    after = [sealed(department, "case:2"), sealed_ofd(department, "case:2")]
    assert all(seals.examine(file).good for file in before + after)

    taken(seal, "destroy", since=now - timedelta(days=1))

    assert [seals.examine(file).good for file in before] == [True, True]
    for file in after:
        verdict = seals.examine(file)
        assert not verdict.trusted
        assert verdict.intact
        assert "撤销" in verdict.problems[0] or "吊销" in verdict.problems[0]
    with pytest.raises(seals.NoSeal):
        sealed(department)
    another = in_use(department, "行政审批专用章")
    assert seals.examine(sealed(department, "case:3")).good, "a new key signs for the next seal"
    assert another.code


def test_a_revocation_is_never_dated_before_the_key_or_after_now(department):
    in_use(department)
    key = crypto.key_for(f"department:{department.key}")

    revoked = crypto.revoke(actor=SYSTEM, key_digest=key.key_digest, reason="失窃", since=clock.now() - timedelta(9999))

    assert revoked.revoked_at == key.created_at
