import pytest
from django.contrib.contenttypes.models import ContentType

from tongban.infrastructure.kernel.actors import SYSTEM, Actor, Grant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("actor", [SYSTEM, Actor("staff", grants=(Grant("a.read"),))])
def test_everything_or_nothing_is_everything(actor):
    ContentType.objects.get_or_create(app_label="kernel", model="any")
    everything, nothing = actor.within("a.read"), Actor("staff").within("a.read")

    assert ContentType.objects.filter(everything).exists()
    assert ContentType.objects.filter(everything | nothing).exists()
    assert ContentType.objects.filter(nothing | everything).exists()
    assert not ContentType.objects.filter(nothing).exists()
