"""Papers that wait until a typeface has every character they say."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.documents import rules
from tongban.platform.documents.composing import fonts
from tongban.platform.documents.events import GlyphsAdded, GlyphsMissing
from tongban.platform.documents.models import MAX_TITLE, WaitingPaper

MAX_CHARACTERS = 200


class GlyphMissing(Refusal):
    status = 422
    message = _(
        "“%(title)s” cannot be produced yet: no font contains %(shown)s. The operator has to add one that does."
    )

    def __init__(self, characters: Sequence[str], *, title: str) -> None:
        super().__init__(title=title, shown=rules.shown(characters))
        self.characters = "".join(characters)


@transaction.atomic
def wait_for_glyphs(missing: GlyphMissing, *, subject: str, kind: str, title: str) -> None:
    """Write down that a paper waits for a typeface; once, however often it is tried. Heard by whoever tells people."""
    characters = missing.characters[:MAX_CHARACTERS]
    _paper, is_new = WaitingPaper.objects.get_or_create(
        subject=subject,
        kind=kind,
        defaults={"title": title[:MAX_TITLE], "characters": characters, "since": clock.now()},
    )
    if is_new:
        journal.write(GlyphsMissing(subject, kind, rules.shown(characters)), by=SYSTEM, subject=subject)


def papers_waiting(subject: str) -> list[WaitingPaper]:
    """Return the papers that come out of something and cannot be made yet."""
    return list(WaitingPaper.objects.about(subject))


def try_waiting() -> int:
    """Let each paper be made whose characters have their glyphs by now; return how many."""
    papers = [paper for paper in WaitingPaper.objects.order_by("pk") if not fonts.lacking(paper.characters)]
    return sum(_goes_on(paper) for paper in papers)


@transaction.atomic
def _goes_on(paper: WaitingPaper) -> int:
    deleted, _rows = WaitingPaper.objects.filter(pk=paper.pk).delete()
    if deleted:
        journal.write(GlyphsAdded(paper.subject, paper.kind), by=SYSTEM, subject=paper.subject)
    return deleted
