"""What urban management supplies: kinds of work orders, words and pages of its cases, its requests' page."""

from collections.abc import Collection, Mapping

from django.urls import reverse

from tongban.applications.streets import services as streets
from tongban.applications.streets.models import StreetCase
from tongban.infrastructure.kernel import subjects
from tongban.platform.requests import ports as requests
from tongban.platform.requests.models import PublicRequest
from tongban.platform.workorders import ports as workorders


def describe(numbers: Collection[int]) -> dict[int, str]:
    return {
        case.pk: f"{streets.title_of(case.matter)} {case.request.number}"
        for case in StreetCase.objects.with_names().among(numbers)
    }


def order_subjects(numbers: Collection[int]) -> Mapping[int, workorders.OrderSubject]:
    return {
        case.pk: workorders.OrderSubject(
            f"{streets.title_of(case.matter)} {case.request.number}", reverse("desk:streets:case", args=[case.uid])
        )
        for case in StreetCase.objects.with_names().among(numbers)
    }


def office_page(request: PublicRequest) -> str:
    """Return where officials work on a report, "" before its case is open."""
    case = StreetCase.objects.of_request(request.pk)
    return reverse("desk:streets:case", args=[case.uid]) if case else ""


subjects.register("streetcase", describe)
workorders.KINDS.register("streets", streets.order_kinds)
workorders.SUBJECTS.register("streetcase", order_subjects)
requests.SYSTEMS.register("streets", requests.RequestSystem(office_page=office_page, in_list=frozenset({"office"})))
