"""Files that move between offices, for the sample of the laws."""

from typing import Any

from tests.copies import copies, earlier
from tests.sample_city import SampleCity
from tests.samples import Door, Shown
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.subjects import Subject
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import sending
from tongban.platform.cases.services.copying import READERS
from tongban.platform.identity.models import Department
from tongban.platform.workflow import services as workflow
from tongban.platform.workflow.models import Copy


def put_files_on_lists(city: SampleCity, case: Case) -> None:
    """Put on the window's list that the file of a case has to be sent, and signed for."""
    window = Department.objects.get(key="government-services")
    for name, role in (("sending", "window"), ("signing", "office")):
        place: dict[str, Any] = {"subject": case.subject, "roles": {role: window.pk}, "area": case.area}
        begun = workflow.start(actor=SYSTEM, definition=sending.process(name), **place)
        city.name(**{f"task_{task.key}": task.uid for task in begun.opened})


def send_copy(case: Case) -> None:
    """Let those who review at the office read a case; of a closed one as it was sent while it was open."""
    office = Department.objects.get(key="market-regulation")
    kept = {"about": case.about, "department": office, "duty": "cases.review", "area": case.area}
    Copy.objects.create(subject=case.subject, sender="吴志远", reason="请知悉。", **kept)


def many_copies(number: int) -> None:
    """Write so many more copies."""
    like = Copy.objects.order_by("pk")[0]
    copies(like, number, sent_at=earlier(like.sent_at))


def _case_of(copy: Copy) -> str:
    return Case.objects.get(pk=Subject.parse(copy.subject).number("case")).uid


# Who reads a copy: whoever it was sent to, on the list of copies and at the page of its case, and nowhere else.
COPIES = Shown(
    Copy,
    key=_case_of,
    duties=READERS,
    spread=(Copy,),
    reaches=lambda actor, copy: any(
        grant.duty == copy.duty and grant.covers(copy.department_id, copy.area) for grant in actor.grants
    ),
    doors=(
        Door("official", ("/desk/workflow/copies/",), r"/desk/cases/copies/(\w{16})/", duties=READERS),
        Door("official", ("/desk/cases/copies/{}/",), duties=READERS),
    ),
)
