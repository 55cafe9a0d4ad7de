"""Send a paper of a case to whoever may see the case."""

from collections.abc import Collection

from django.http import HttpResponse

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter


def serve(
    actor: Actor,
    case: Case,
    document: str,
    *,
    inline: bool,
    small: bool = False,
    codes: Collection[str] | None = None,
    reason: str = "",
) -> HttpResponse:
    """Answer with a material or a letter of a case that the actor was found to see. Raises NotFound, noted.

    small   a small copy, where it is a picture
    reason  why it is read, where that is not the duty by which it is
    codes   the material lines that may be served; None for all, also what inspectors brought from the site
    """
    papers = Material.objects.ever_of(case).named(document)
    paper = papers.under(codes).first() if codes is not None else papers.first()
    letter = None if paper else Letter.objects.about(case.subject).named(document).first()
    found = paper or identity.must_find(letter, actor, "document", document)
    if small and found.document.blob.media_type.startswith("image/"):
        return documents.thumbnail(found.document)
    cases.record_paper_opened(actor, case, found.document.title, reason)
    return documents.response(letter.file(document) if letter else found.document, inline=inline)
