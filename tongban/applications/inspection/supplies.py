"""What supervision supplies: words for its subjects, and the templates of its letters."""

from collections.abc import Collection

from tongban.applications.inspection.models import CorrectionOrder, FieldInspection, PenaltyCase
from tongban.applications.inspection.services import papers
from tongban.infrastructure.kernel import subjects
from tongban.platform.letters import ports as letters


def describe_inspections(numbers: Collection[int]) -> dict[int, str]:
    return {one.pk: one.number for one in FieldInspection.objects.among(numbers)}


def describe_cases(numbers: Collection[int]) -> dict[int, str]:
    return {one.pk: one.number for one in PenaltyCase.objects.among(numbers)}


def describe_corrections(numbers: Collection[int]) -> dict[int, str]:
    return {one.pk: one.number for one in CorrectionOrder.objects.filter(pk__in=list(numbers))}


subjects.register("inspection", describe_inspections)
subjects.register("penalty-case", describe_cases)
subjects.register("correction-order", describe_corrections)
letters.register(papers.FOLDER / "correction-order.md", papers.NAMES)
letters.register(papers.FOLDER / "penalty-ticket.md", papers.NAMES)
letters.register(papers.FOLDER / "penalty-notice.md", papers.NAMES)
letters.register(papers.FOLDER / "penalty-hearing.md", papers.NAMES)
letters.register(papers.FOLDER / "penalty-decision.md", papers.NAMES)
letters.register(papers.FOLDER / "penalty-none.md", papers.NAMES)
