"""Sealed papers that people bring: official and applicant read whether the seal is valid, and why not."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import FLOOR_PLAN
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import services as cases
from tongban.platform.identity.models import Department
from tongban.platform.seals import services as seals


@pytest.fixture
def sealed(cast):
    department = Department.objects.get(key="public-security")
    file = FLOOR_PLAN.read_bytes()
    return seals.apply(actor=SYSTEM, department=department, pdf=file, reason="审图", subject="case:0")


@pytest.mark.parametrize(
    ("end", "word", "why"),
    [
        (b"", "印章有效", "盖章方：云泽市public-security局电子印章。"),
        (b" \n", "印章已失效", "加盖印章后，文件末尾被添加了内容。"),
    ],
)
def test_both_sides_read_of_a_sealed_paper_whether_it_is_good(cast, sealed, end, word, why):
    case, agent = cast.draft(), cast.browser("agent")
    file = SimpleUploadedFile("审图合格书.pdf", sealed + end)
    cases.attach(actor=cast.actor("agent"), case=case, code="floor-plan", file=file)
    assert word not in agent.get(f"/cases/{case.uid}/materials/").content.decode()
    jobs.run_all()

    own = agent.get(f"/cases/{case.uid}/materials/").content.decode()
    check = agent.get(f"/cases/{case.uid}/review/").content.decode()
    case = cases.submit(actor=cast.actor("agent"), uid=case.uid, declared=True)
    task = cast.task(case, "accept")
    window = cast.browser("clerk").get(f"/counter/cases/tasks/{task.uid}/").content.decode()

    for page in (own, check, window):
        assert word in page
        assert why in page
        assert page.count("data-paper-note") == 1, "of papers without a seal nothing is said"
