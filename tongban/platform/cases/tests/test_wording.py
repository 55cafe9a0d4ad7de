"""What is decided is called as the kind of the matter has it, everywhere it is said."""

import pytest
from django.utils import translation

from tests.cast import definitions
from tongban.infrastructure.jobs import services as jobs
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue.models import Service
from tongban.platform.letters.models import Letter
from tongban.platform.notices.models import Notice

pytestmark = pytest.mark.found("B10")

# kind, name of the service -> yes, no, what the letters are called
KINDS = {
    ("01", "食品经营许可"): ("准予许可", "不予许可", "准予行政许可决定书", "不予行政许可决定书"),
    ("07", "居住证首次申领"): ("予以确认", "不予确认", "行政确认决定书", "不予行政确认决定书"),
    ("05", "高龄津贴申领"): ("准予给付", "不予给付", "准予行政给付决定书", "不予行政给付决定书"),
    ("10", "门店招牌设置备案"): ("准予备案", "不予备案", "准予备案决定书", "不予备案决定书"),
    ("10", "无犯罪记录证明开具"): ("予以办理", "不予办理", "予以办理决定书", "不予办理决定书"),
    ("20", "灵活就业登记"): ("予以办理", "不予办理", "予以办理决定书", "不予办理决定书"),
}


@pytest.fixture(params=KINDS)
def kind(cast, request):
    """Let the service that everybody knows be of another kind."""
    kind, name = request.param
    Service.objects.filter(code="food-business").update(type=kind, name=name)
    return KINDS[request.param]


def texts(*pages):
    return [page.content.decode() for page in pages]


def decide(cast, case, *, granted):
    actor, task = cast.actor("approver"), cast.task(case, "approve")
    cases.decide(actor=actor, task=task, granted=granted, reason="已审查。")
    jobs.run_all()
    return Case.objects.get(pk=case.pk)


def test_a_yes(cast, kind):
    yes, _no, letter, _refusal = kind
    case = cast.examined()
    address = f"/desk/cases/tasks/{cast.task(case, 'approve').uid}/"
    approver = cast.browser("approver")

    sent = {"granted": "yes", "reason": "符合条件。", "revision": str(Case.objects.get(pk=case.pk).revision)}
    asked, preview = texts(approver.get(address), approver.post(f"{address}decide/", sent))
    assert yes in asked
    assert f"作出“{yes}”的决定并发出" in preview
    assert letter in preview
    assert f"本机关决定{yes}" in preview

    case = decide(cast, case, granted=True)
    followed, listed = texts(cast.browser("agent").get(f"/cases/{case.uid}/"), cast.browser("agent").get("/cases/"))
    assert f"已办结（{yes}）" in followed
    assert f"已办结（{yes}）" in listed
    assert Letter.objects.get(subject=case.subject, kind="grant").title == letter
    assert yes in Notice.objects.get(key__startswith=f"case:{case.pk}:completed:").title


def test_a_no(cast, kind):
    _yes, no, _letter, refusal = kind
    case = decide(cast, cast.examined(passed=False), granted=False)

    pages = texts(
        cast.browser("agent").get(f"/cases/{case.uid}/"),
        cast.browser("agent").get("/cases/"),
        cast.browser("approver").get(f"/desk/cases/{case.uid}/"),
    )
    assert all(no in page for page in pages)
    assert Letter.objects.get(subject=case.subject, kind="refusal").title == refusal
    assert no in Notice.objects.get(key__startswith=f"case:{case.pk}:completed:").title


def test_in_english(cast, kind):
    case = cast.submitted()

    with translation.override("en"):
        words = cases.wording_of(case)

    assert all(word.isascii() for word in words)
    assert len({words.granted, words.refused}) == 2


@pytest.mark.parametrize("folder", definitions(), ids=lambda folder: folder.name)
def test_a_guide_says_permit_only_of_permits(folder):
    text = (folder / "service.toml").read_text()

    if 'type = "01"' not in text:
        assert "不予许可" not in text
        assert "准予许可" not in text
