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


def test_the_keeper_makes_and_suspends_a_seal(seal, keeper):
    answer = ask(pages.make, keeper, department="health", name="行政审批专用章")
    assert answer.status_code == 302

    ask(pages.one, keeper, seal.uid, step="suspend", reason="清点")

    assert Seal.objects.get(pk=seal.pk).state == "suspended"
    assert "行政审批专用章" in ask(pages.listed, keeper).content.decode()


def test_a_change_without_a_reason_is_shown_again(seal, keeper):
    answer = ask(pages.one, keeper, seal.uid, step="withdraw", reason="")

    assert answer.status_code == 422
    assert "errors" in answer.content.decode()
    assert Seal.objects.get(pk=seal.pk).state == "active"


def test_a_stranger_sees_no_seal(seal):
    with pytest.raises(NotAllowed):
        ask(pages.listed, Actor("staff", account=2))
    elsewhere = Actor("staff", account=2, grants=(Grant("seals.apply", frozenset({seal.department_id + 1})),))
    with pytest.raises(NotFound):
        ask(pages.one, elsewhere, seal.uid)
