"""What the laws need to know of documents."""

from typing import Any

from tests.cast import FLOOR_PLAN, upload
from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.storage.models import Blob
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document, WaitingPaper
from tongban.platform.parties.models import Party


def make(city: SampleCity) -> None:
    brought = {"kind": "floor-plan", "title": "平面图", "file": upload(FLOOR_PLAN), "max_bytes": 10**7}
    document = documents.attach(actor=city.owner, owner=city.company, **brought)
    now = clock.now()
    WaitingPaper.objects.create(subject="matter:1", kind="acceptance", title="受理通知书", characters="㛃", since=now)
    city.name(document=document.uid)


def many(city: SampleCity, number: int) -> None:
    uploaded = Document.objects.get(uid=city.ids["document"])
    blobs = list(Blob.objects.order_by("-pk").values_list("pk", flat=True)[:number])
    spread = {"created_at": earlier(uploaded.created_at), "blob_id": lambda n: blobs[n % len(blobs)]}
    second = city.companies[1]
    for owner, account in ((city.company, "agent"), (second, "agent"), (second, "stranger")):
        copies(uploaded, number, owner_id=owner.pk, created_by=city.cast.accounts[account].pk, **spread)
    start = WaitingPaper.objects.count()
    copies(WaitingPaper.objects.all()[0], number, subject=lambda n: f"matter:{start + n + 1}")


def owns(actor: Actor, party: Party, services: tuple[str, ...]) -> Any:
    """What an agent once brought for somebody is that somebody's, and not to be seen after the mandate has ended."""
    theirs = Document.objects.filter(owner=party, **({"service__in": services} if services else {}))
    return theirs | Document.objects.filter(created_by=actor.account, origin__in=["uploaded", "field"], owner=None)


sample = Sample(
    make=make,
    many=many,
    owned={"documents/<uuid:uid>/": "document"},
    shown=(
        Shown(
            Document,
            spread=(Document,),
            owns=owns,
            doors=(
                Door("person", ("/documents/",), r"/documents/([0-9a-f-]{36})/"),
                Door("person", ("/documents/{}/",)),
            ),
        ),
    ),
)
