"""The applicant's own cases, as every page of the hall finds them; a stranger's guess is noted."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongban.infrastructure.ui.menus import portal_of
from tongban.infrastructure.ui.views import Request
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, Material
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties

MATERIALS, REVIEW = "materials", "review"


def url_namespace(request: Request) -> str:
    """Return under which name these pages are mounted: in the hall, or at the window for whoever stands there."""
    return "counter:cases:window" if portal_of(request.path_info) == "counter" else "hall:cases"


def redirect_to(request: Request, name: str, **words: Any) -> HttpResponse:
    """Lead on to one of these pages, where the reader is."""
    return HttpResponseRedirect(reverse(f"{url_namespace(request)}:{name}", kwargs=words))


def address_of(request: Request, case: Case, step: str) -> str:
    """Return where a step of the application is filled in."""
    if step in {MATERIALS, REVIEW}:
        return reverse(f"{url_namespace(request)}:{step}", args=[case.uid])
    return reverse(f"{url_namespace(request)}:fill", args=[case.uid, step])


def case_of(request: Request, uid: str) -> Case:
    """Return a case of whom one acts for; where one may act for its applicant, but does not now, one does from now on.

    Raises NotFound, noting the attempt.
    """
    case = identity.must_find(Case.objects.with_uid(uid), request.actor, "case", uid)
    if not (case.is_spoken_for_by(request.actor) or _in_another_name(request, case)):
        raise identity.not_found(request.actor, "case", uid)
    return case


def _in_another_name(request: Request, case: Case) -> bool:
    """Act for the applicant from now on, where one may."""
    names = [name for name in parties.representations(request.actor) if name.party.pk != request.actor.represents]
    name = next((name for name in names if name.party.pk == case.applicant_id), None)
    if name is None or not name.covers(case.version.service.code):
        return False
    request.actor = parties.switch(actor=request.actor, session=request.session, party=case.applicant)
    messages.info(request, parties.acting_message(request.actor))
    return True


def only_in_state(*states: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """Give the view the case instead of its uid, while it is in one of these states.

    Whoever comes back after it was handed in is led to where it stands now; what they send is refused.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def found(request: Request, uid: str, **more: Any) -> HttpResponse:
            case = case_of(request, uid)
            if case.state in states:
                return view(request, case, **more)
            if request.method == "POST":
                raise cases.AlreadySubmitted()
            messages.info(request, _("This application has already been submitted. Its progress is shown here."))
            return redirect_to(request, "follow", uid=uid)

        return found

    return decorate


def sources_of(request: Request, case: Case) -> dict[str, dict[str, Any]]:
    """Return where prefilled answers came from; only whom they are about can ask for a correction."""
    return cases.sources_of(case, correctable=portal_of(request.path_info) != "counter")


def change_papers(request: Request, case: Case) -> documents.Problems:
    """Do what was asked for with the papers of an application. Return what went wrong, by line."""
    return documents.change(cases.materials_of(request.actor, case), actor=request.actor, request=request)


def offers_of(request: Request, case: Case) -> dict[str, documents.Offer]:
    """Return for each line what may be handed in under it."""
    return documents.offers(cases.materials_of(request.actor, case), request.actor)


def material_lines(
    case: Case,
    problem: Mapping[str, str] | None = None,
    offers: Mapping[str, documents.Offer] | None = None,
    answers: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Return the lines that this applicant sees; see `documents.line_rows`.

    answers   as they are to be, where they are not saved yet
    """
    lines = cases.plan_of(case.version).lines_for(case.answers if answers is None else answers)
    rows = documents.line_rows(lines, Material.objects.current_of(case), problem, offers)
    service = case.version.service.code
    return [
        {**row, "sample_url": reverse("hall:catalogue:sample", args=[service, name]) if name else ""}
        for row in rows
        for name in [row["line"].get("sample")]
    ]


def steps_of(case: Case, answers: Mapping[str, Any] | None = None) -> list[tuple[str, str]]:
    """Return the steps of the application: those of the form, then the materials, then the review.

    answers   where they are not those of the case
    """
    plan, given = cases.plan_of(case.version), case.answers if answers is None else answers
    found = [(step.key, step.title) for step in plan.form.steps(given)]
    if plan.lines_for(given):
        found.append((MATERIALS, _("Materials")))
    return [*found, (REVIEW, _("Check and submit"))]


def keys_of(case: Case, answers: Mapping[str, Any] | None = None) -> list[str]:
    """Return the keys of `steps_of`."""
    return [key for key, _title in steps_of(case, answers)]


def where_left(request: Request, case: Case) -> HttpResponse:
    """Lead on to the step of a draft at which it was left; to the first of a new one."""
    return HttpResponseRedirect(address_of(request, case, eforms.step_left(keys_of(case), case)))
