"""What the laws need to know of documents."""

from tests.cast import FLOOR_PLAN, upload
from tests.copies import copies, earlier
from tests.samples import Sample
from tests.town import Town
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.storage.models import Blob
from tongban.platform.documents import services as documents
from tongban.platform.documents.models import Document, WaitingPaper


def make(town: Town) -> None:
    brought = {"kind": "floor-plan", "title": "平面图", "file": upload(FLOOR_PLAN), "max_bytes": 10**7}
    document = documents.attach(actor=town.owner, owner=town.company, **brought)
    now = clock.now()
    WaitingPaper.objects.create(subject="matter:1", kind="acceptance", title="受理通知书", characters="㛃", since=now)
    town.name(document=document.uid)


def many(town: Town, number: int) -> None:
    uploaded = Document.objects.get(uid=town.ids["document"])
    blobs = list(Blob.objects.order_by("-pk").values_list("pk", flat=True)[:number])
    spread = {"created_at": earlier(uploaded.created_at), "blob_id": lambda n: blobs[n % len(blobs)]}
    second = town.companies[1]
    for owner, account in ((town.company, "agent"), (second, "agent"), (second, "stranger")):
        copies(uploaded, number, owner_id=owner.pk, created_by=town.cast.accounts[account].pk, **spread)
    start = WaitingPaper.objects.count()
    copies(WaitingPaper.objects.all()[0], number, subject=lambda n: f"matter:{start + n + 1}")


sample = Sample(make=make, many=many, owned={"documents/<uuid:uid>/": "document"})
