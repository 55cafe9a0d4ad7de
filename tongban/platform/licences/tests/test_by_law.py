"""注销 by law, 吊销 noted: the holder is told, a cancellation has its sealed letter, and everyone can see it."""

from datetime import date
from io import BytesIO

import pytest
from pypdf import PdfReader

from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.storage import services as storage
from tongban.platform.licences import rules
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.django_db

WHY = "有效期届满，未在规定期间提出延续申请。"


def told(licence: Licence) -> list[str]:
    return list(Notice.objects.filter(key__startswith=f"licence:{licence.pk}:").values_list("title", flat=True))


@pytest.mark.parametrize("cause", rules.CANCELLED_FOR)
def test_a_cancellation_by_law_has_its_letter(give, cause):
    licence = give(subject="register:1", valid_until=date(2026, 1, 31))
    licences.cancel(actor=SYSTEM, licence=licence, reason=WHY, cause=cause)
    jobs.run_all()

    assert not Job.objects.dead().exists()
    licence = Licence.objects.with_people().get(pk=licence.pk)
    (letter,) = licences.letters_of(licence)
    assert letter.title == "注销决定书"
    said = "".join(page.extract_text() for page in PdfReader(BytesIO(storage.read(letter.document.blob))).pages)
    assert licence.number in said.replace("\n", "")
    assert licences.verify_token(licence.token).validity == "cancelled"
    assert licences.write_cancellation(licence, cause) == letter
    assert len(told(licence)) == 1


def test_a_penalty_is_noted_and_told(give):
    licence = give(subject="register:1")
    licences.revoke(actor=SYSTEM, licence=licence, reason="云市监罚〔2026〕8号", cause="penalty")
    jobs.run_all()

    (title,) = told(licence)
    assert "吊销" in title or "撤销" in title
    assert licences.verify_token(licence.token).validity == "revoked"


def test_what_a_case_did_is_told_by_the_case(give):
    licence = give(subject="register:1")
    licences.revoke(actor=SYSTEM, licence=licence, reason="承诺不实")
    jobs.run_all()

    assert told(licence) == []


def test_a_suspension_and_its_end_are_told(give):
    licence = give(subject="register:1")
    licences.suspend(actor=SYSTEM, licence=licence, reason="停业整顿")
    jobs.run_all()
    licences.resume(actor=SYSTEM, licence=licence, reason="整改完成")
    jobs.run_all()

    assert len(told(licence)) == 2
