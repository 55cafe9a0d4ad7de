"""The applicant brings what they promised to bring after acceptance."""

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Action, Case
from tongban.platform.cases.pages.applicant import (
    case_of,
    change_papers,
    material_lines,
    offers_of,
    redirect_to,
    url_namespace,
)
from tongban.platform.documents import services as documents


@signed_in
def bring(request: Request, uid: str) -> HttpResponse:
    """Show what is still to come, take it, and let the case go on once all of it is there."""
    case = case_of(request, uid)
    promised = Action.objects.of(case).deferrals().newest()
    if promised is None or case.applicant_due_on is None or case.state != Case.State.ACCEPTED:
        return redirect_to(request, "follow", uid=uid)
    problem = documents.Problems()
    if request.method == "POST" and "finish" not in request.POST:
        problem = change_papers(request, case)
        if not problem:
            return redirect_to(request, "deferred", uid=uid)
    if request.method == "POST" and "finish" in request.POST:
        with refusals() as refused:
            cases.bring_deferred(actor=request.actor, case=case)
            messages.success(request, _("Everything is there now. The departments go on with your case."))
            return redirect_to(request, "follow", uid=uid)
        messages.warning(request, refused.sentence)
    wanted = promised.data["materials"]
    lines = [line for line in material_lines(case, problem, offers_of(request, case)) if line["line"]["code"] in wanted]
    return render_page(
        request,
        "cases/deferred.html",
        at=url_namespace(request),
        status=problem.status,
        wait_seconds=problem.wait_seconds,
        case=case,
        lines=lines,
        missing=cases.deferred_materials(case),
        errors=problem.by_id(wanted),
    )
