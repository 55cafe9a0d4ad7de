from io import BytesIO

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.test import RequestFactory
from PIL import Image

from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant
from tongban.infrastructure.kernel.refusals import NotAllowed, NotFound
from tongban.platform.identity.models import Department
from tongban.platform.seals import pages
from tongban.platform.seals import services as seals
from tongban.platform.seals.models import Seal

pytestmark = pytest.mark.django_db


@pytest.fixture
def seal():
    department = Department.objects.create(key="health", name="云泽市卫生健康委员会", path="health/", area="990100")
    return seals.make(actor=SYSTEM, department=department, name="电子证照专用章")


@pytest.fixture
def keeper(seal):
    return Actor("staff", account=1, name="高飞", grants=(Grant("seals.manage"),))


@pytest.fixture
def second():
    return Actor("staff", account=2, name="白桦", grants=(Grant("seals.manage"),))


def ask(view, actor, *args, **posted):
    factory = RequestFactory()
    request = factory.post("/desk/seals/", posted) if posted else factory.get("/desk/seals/")
    request.actor, request.session = actor, {}
    request._messages = FallbackStorage(request)
    return view(request, *args)


def test_the_keeper_sees_seals_and_their_impressions(seal, keeper):
    assert "云泽市卫生健康委员会" in ask(pages.listed, keeper).content.decode()
    assert seal.code in ask(pages.one, keeper, seal.uid).content.decode()

    picture = Image.open(BytesIO(ask(pages.picture, keeper, seal.uid).content))

    assert picture.mode == "RGBA"
    assert picture.getpixel((0, 0))[3] == 0


def test_two_keepers_lead_a_seal_from_its_application_into_use_and_back(seal, keeper, second):
    answer = ask(pages.make, keeper, department="health", name="行政审批专用章", reason="新设事项")
    assert answer.status_code == 302
    new = Seal.objects.get(name="行政审批专用章")
    assert "待复核" in ask(pages.listed, second).content.decode()
    assert "由您本人提出" in ask(pages.one, keeper, new.uid).content.decode()
    assert ask(pages.settle, keeper, new.uid, verdict="confirm").status_code == 422

    ask(pages.settle, second, new.uid, verdict="confirm")
    for step in ("make", "activate", "suspend"):
        ask(pages.one, keeper, new.uid, step=step, reason="清点")
        ask(pages.settle, second, new.uid, verdict="confirm")

    assert Seal.objects.get(pk=new.pk).state == "suspended"
    page = ask(pages.one, keeper, new.uid).content.decode()
    for words in ("印章履历", "停用：已确认", "白桦", "清点"):
        assert words in page


def test_the_second_keeper_rejects_with_a_reason(seal, keeper, second):
    ask(pages.one, keeper, seal.uid, step="suspend", reason="清点")

    assert ask(pages.settle, second, seal.uid, verdict="reject", remark="").status_code == 422
    ask(pages.settle, second, seal.uid, verdict="reject", remark="无须停用")

    assert Seal.objects.get(pk=seal.pk).state == "active"
    assert "无须停用" in ask(pages.one, keeper, seal.uid).content.decode()


def test_a_change_without_a_reason_is_shown_again(seal, keeper):
    answer = ask(pages.one, keeper, seal.uid, step="destroy", reason="")

    assert answer.status_code == 422
    assert "errors" in answer.content.decode()
    assert Seal.objects.get(pk=seal.pk).state == "active"


def test_a_stranger_sees_no_seal(seal):
    with pytest.raises(NotAllowed):
        ask(pages.listed, Actor("staff", account=2))
    elsewhere = Actor("staff", account=2, grants=(Grant("seals.apply", frozenset({seal.department_id + 1})),))
    with pytest.raises(NotFound):
        ask(pages.one, elsewhere, seal.uid)
