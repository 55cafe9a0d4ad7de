"""What an answer will send, before it is given: the letters and the licence, as they will look, not sealed."""

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from tongban.platform.cases import ports
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.services import letters
from tongban.platform.documents import services as documents


@dataclass(frozen=True)
class Preview:
    """One paper that will be sent.

    pieces   what it says, for a page; [] where only the file shows it
    face     label and text of a licence's face
    pdf      makes the file
    missing  characters with their codes that no typeface has: as long as that is so, the paper waits
    """

    title: str
    pdf: Callable[[], bytes]
    pieces: list[documents.OutlineBlock] | None = None
    face: dict[str, str] | None = None
    missing: str = ""


def previewed(case: Case, answer: Callable[[], Case]) -> list[Preview]:
    """Return the papers that an answer to a case will send: it is given and taken back at once.

    So a preview is refused wherever the answer itself would be, and shows nothing but what will be sent.
    answer   calls the verb. Raises what the verb raises.
    """
    with transaction.atomic():
        before = set(Action.objects.of(case).values_list("pk", flat=True))
        answered = answer()
        done = letters.unwritten(answered)
        transaction.set_rollback(True)
    found = [_letter(answered, action) for action in done if action.pk not in before]
    if answered.outcome == "granted":
        found += [
            Preview(result.title, result.pdf, face=result.face, missing=_missing(answered, *result.face.values()))
            for result in ports.results(answered)
        ]
    return found


def _missing(case: Case, *texts: str) -> str:
    return documents.shown(documents.glyphs_missing(case.applicant_name, *texts))


def _letter(case: Case, action: Action) -> Preview:
    order = letters.order(case, action)
    pieces = documents.outline(order.template, order.facts, title=order.title)
    return Preview(
        order.title,
        lambda: documents.compose(
            order.template,
            order.facts,
            title=order.title,
            qr=settings.PUBLIC_URL + reverse("hall:licences:verify"),
            draft=True,
        ),
        pieces=pieces,
        missing=_missing(case, *(text for piece in pieces for text in piece.texts())),
    )
