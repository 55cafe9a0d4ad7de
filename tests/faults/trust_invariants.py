"""What a house that was killed must have kept of parcels, directories and linked accounts: all of it, each once."""

from collections import Counter
from collections.abc import Iterator

from tongban.infrastructure.journal.models import Fact
from tongban.platform.delivery.models import Parcel
from tongban.platform.delivery.services import todo
from tongban.platform.linking.models import LinkedAccount
from tongban.platform.provisioning.models import DirectoryEntry
from tongban.platform.workflow.models import Task


def problems() -> Iterator[str]:
    for parcel in Parcel.objects.all():
        yield from (f"parcel {parcel.number}: {problem}" for problem in problems_of(parcel))
    yield from of_directories()
    yield from of_links()


def problems_of(parcel: Parcel) -> Iterator[str]:
    """Yield what is wrong with a parcel: asked for, booked and signed once, and in the list as long as work waits."""
    facts = Fact.objects.filter(subject=parcel.subject, name__startswith="delivery.")
    told = Counter(fact.name.partition(".")[2] for fact in facts if fact.data.get("parcel_id") == parcel.pk)
    begun = "ParcelBooked" if parcel.inward else "ParcelRequested"
    if told[begun] != 1 and not (parcel.inward and told[begun]):
        yield f"{told[begun]} facts {begun}"
    ended = {"signed": "ParcelSigned", "returned": "ParcelReturned", "filed": "PapersFiled"}.get(parcel.state)
    if ended and told[ended] != 1:
        yield f"it is {parcel.state}, and {told[ended]} facts {ended}"
    same = Parcel.objects.filter(subject=parcel.subject, occasion=parcel.occasion).count()
    if same > 1:
        yield f"{same} parcels on one occasion"
    tasks = Task.objects.filter(subject=f"parcel:{parcel.pk}", state="open").count()
    if tasks != int(bool(todo.owed(parcel))):
        yield f"it is {parcel.state}, and {tasks} open tasks"


def of_directories() -> Iterator[str]:
    """Yield what is wrong with officials that a directory keeps: nobody twice, and who was deleted is closed."""
    entries = DirectoryEntry.objects.select_related("account").filter(account__isnull=False)
    names = Counter(entry.external_name for entry in entries if entry.external_name and not entry.removed_at)
    yield from (f"{count} officials are {name} in the directory" for name, count in names.items() if count > 1)
    for entry in entries:
        if entry.removed_at and entry.account and entry.account.active:
            yield f"{entry.account.login} was deleted in the directory and is open"


def of_links() -> Iterator[str]:
    """Yield accounts elsewhere that are linked without a fact, or told oftener than they are."""
    told = Counter(Fact.objects.filter(name="linking.AccountLinked").values_list("subject", flat=True))
    kept = Counter(f"account:{link.account_id}" for link in LinkedAccount.objects.all())
    yield from (f"{one}: {kept[one]} linked, {told[one]} told" for one in kept if told[one] < kept[one])
