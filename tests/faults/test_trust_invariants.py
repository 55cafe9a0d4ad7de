"""The evidence about parcels, directories and links sees what it is for."""

from collections.abc import Callable

import pytest

from tests import cast as story
from tests.faults import trust_invariants
from tests.snapshots import snapshot
from tongban.infrastructure.jobs import services as jobs
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import Parcel
from tongban.platform.identity.models import Account, Department
from tongban.platform.linking.models import LinkedAccount
from tongban.platform.provisioning.models import DirectoryEntry
from tongban.platform.workflow.models import Task

pytestmark = pytest.mark.django_db


@pytest.fixture
def parcel() -> Parcel:
    cast = snapshot("cast", story.found)
    order = delivery.ParcelOrder(
        subject="matter:1",
        occasion="result",
        title="食品经营许可证",
        matter="990102-20260302-ABCDEFG",
        department=Department.objects.get(key="market-regulation"),
        area="990102",
        party=cast.people["company"],
    )
    made = delivery.request(actor=SYSTEM, order=order)
    jobs.run_all()
    return made


def lose_the_task(parcel: Parcel) -> None:
    Task.objects.filter(subject=f"parcel:{parcel.pk}").delete()


def lose_the_fact(parcel: Parcel) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(subject="matter:2")


def sign_without_a_word(parcel: Parcel) -> None:
    Parcel.objects.filter(pk=parcel.pk).update(state="signed", carrier="sf", waybill="SF1")


def open_who_was_deleted(_parcel: Parcel) -> None:
    account = Account.objects.get(pk=Account.objects.filter(kind="staff").values_list("pk", flat=True)[0])
    DirectoryEntry.objects.create(account=account, removed_at=clock.now())


def know_one_twice(_parcel: Parcel) -> None:
    for account in Account.objects.filter(kind="staff")[:2]:
        DirectoryEntry.objects.create(account=account, external_name="p-1")


def link_without_a_word(_parcel: Parcel) -> None:
    account = Account.objects.filter(kind="person")[0]
    LinkedAccount.objects.create(account=account, provider="wechat", digest="d", linked_at=clock.now())


PLANTED: list[tuple[Callable[[Parcel], None], str]] = [
    (lose_the_task, "it is requested, and 0 open tasks"),
    (lose_the_fact, "0 facts ParcelRequested"),
    (sign_without_a_word, "it is signed, and 0 facts ParcelSigned"),
    (open_who_was_deleted, "was deleted in the directory and is open"),
    (know_one_twice, "2 officials are p-1"),
    (link_without_a_word, "1 linked, 0 told"),
]


def test_nothing_is_wrong_with_a_parcel_that_waits(parcel: Parcel):
    assert Fact.objects.filter(name="delivery.ParcelRequested").count() == 1
    assert list(trust_invariants.problems()) == []


@pytest.mark.parametrize(("plant", "seen"), PLANTED, ids=[plant.__name__ for plant, _seen in PLANTED])
def test_what_was_lost_or_done_twice_is_seen(parcel: Parcel, plant: Callable[[Parcel], None], seen: str):
    plant(parcel)

    assert any(seen in problem for problem in trust_invariants.problems())
