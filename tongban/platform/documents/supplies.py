from django.conf import settings

from tongban.infrastructure.telemetry import services as telemetry
from tongban.platform.documents import rules
from tongban.platform.documents.models import WaitingPaper


@telemetry.gauge("tongban_documents_waiting", "Papers that wait for a typeface with all their characters")
def papers_that_wait() -> int:
    return int(WaitingPaper.objects.count())


@telemetry.check("typefaces")
def characters_have_glyphs() -> str:
    """Say which characters of papers no typeface has."""
    waiting = list(WaitingPaper.objects.values_list("characters", flat=True))
    if waiting:
        shown = rules.shown(dict.fromkeys("".join(waiting)))
        folder = settings.VAR / settings.DOCUMENTS_TYPEFACES
        raise telemetry.CheckFailed(f"{len(waiting)} papers wait for a typeface with {shown}; add one to {folder}")
    return "no paper waits for a character"
