"""事项调整: what was added, adjusted, cancelled or delegated, for everybody; and a version beside the one before it."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.ui.views import Request, public, render_page, requires
from tongban.platform.catalogue.models import Service, ServiceChange, Version
from tongban.platform.catalogue.services import changes as recording
from tongban.platform.identity import services as identity

LINES = 20


@public
@require_GET
def changes(request: Request) -> HttpResponse:
    """List what was done to the items of the city, the newest first, with its basis."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in ServiceChange.Kind.values else ""
    pages = keyset_page(ServiceChange.objects.told().of_kind(kind), request.GET, order=("-on", "-pk"), size=LINES)
    return render_page(
        request,
        "catalogue/changes.html",
        rows=[(row, recording.in_words(row.says)) for row in pages.rows],
        pages=pages,
        kind=kind,
        kinds=ServiceChange.Kind.choices,
    )


@requires("catalogue.design", "catalogue.publish")
@require_GET
def compare(request: Request, code: str, number: int) -> HttpResponse:
    """Show what a version changes against the one that was in force before it."""
    service = identity.must_find(
        Service.objects.designed_by(request.actor).coded(code).first(), request.actor, "service", code
    )
    own = Version.objects.visible_to(request.actor).of(service.pk)
    version = identity.must_find(own.numbered(number).first(), request.actor, "version", f"{code} {number}")
    before = own.in_force_before(number).first()
    return render_page(
        request,
        "catalogue/compare.html",
        service=service,
        version=version,
        before=before,
        rows=recording.in_words(recording.compare(before, version)) if before else [],
    )


hall = [path("changes/", changes, name="changes")]
desk = [path("<str:code>/<int:number>/compare/", compare, name="compare")]
