"""While the department's seal rests, letters and licence wait; both sides read why, and then they are made."""

import pytest

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal


@pytest.fixture
def decided(cast):
    case = cast.examined()
    jobs.run_all()
    for seal in Seal.objects.all():
        seals.suspend(actor=SYSTEM, seal=seal, reason="清点")
    task = cast.task(case, "approve")
    case = cases.decide(actor=cast.actor("approver"), task=task, granted=True, reason="符合条件。")
    jobs.run_all()
    return case


def pages(cast, case):
    own = cast.browser("agent").get(f"/cases/{case.uid}/").content.decode()
    office = cast.browser("approver").get(f"/desk/cases/{case.uid}/").content.decode()
    return own, office


def test_nothing_is_sealed_and_both_sides_read_why(cast, decided):
    assert not Letter.objects.about(decided.subject).filter(kind="grant").exists()
    assert not Licence.objects.of_subject(decided.subject).exists()

    for page in pages(cast, decided):
        assert "尚未盖章" in page
        assert "停用" in page


def test_it_is_made_by_itself_when_the_seal_is_back(cast, decided):
    for seal in Seal.objects.all():
        seals.resume(actor=SYSTEM, seal=seal, reason="清点完毕")

    jobs.run_all()

    assert Letter.objects.about(decided.subject).filter(kind="grant").exists()
    assert Licence.objects.of_subject(decided.subject).exists()
    assert not Job.objects.filter(state=Job.State.DEAD).exists()
    for page in pages(cast, decided):
        assert "尚未盖章" not in page
