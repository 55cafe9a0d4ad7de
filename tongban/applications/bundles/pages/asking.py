"""For everybody: what can be done as one thing, and what applies in one's situation; no account is needed."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import Bundle, Zone, ZoneEntry
from tongban.applications.bundles.pages import presenting
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.kernel.wording import all_worded
from tongban.infrastructure.ui.views import Request, public, render_page

ONCE = 16  # characters of the word that makes a page's button work once


@public
@require_GET
def browse(request: Request) -> HttpResponse:
    """List what can be done as one thing, and the zones of the day."""
    return render_page(
        request,
        "bundles/browse.html",
        bundles=list(Bundle.objects.offered()),
        zones=list(Zone.objects.shown(clock.today())),
    )


@public
@require_GET
def bundle(request: Request, code: str) -> HttpResponse:
    """Say what a bundle is, and ask about the reader's situation."""
    found = offered(code)
    return render_page(request, "bundles/bundle.html", **_asked(found, {}, {}))


@public
@require_GET
def which(request: Request, code: str) -> HttpResponse:
    """Say which items apply in a situation and why, what they need and how long they take. Nothing of it is kept."""
    found = offered(code)
    plan = bundles.plan_of(current(found))
    if not request.GET:
        return redirect("hall:bundles:bundle", code)
    step = plan.form.all_steps[0]
    answers = plan.form.read(step, request.GET)
    if plan.form.needs_reload(step, request.GET, answers):
        return render_page(request, "bundles/bundle.html", **_asked(found, answers, {}))
    if errors := plan.form.problems(answers):
        return render_page(request, "bundles/bundle.html", status=422, **_asked(found, answers, errors))
    said = bundles.applying(current(found), answers)
    return render_page(
        request,
        "bundles/which.html",
        bundle=found,
        guide=all_worded(plan.guide),
        applies=[one for one in presenting.applying(said) if one.applies],
        spared=[one for one in presenting.applying(said) if not one.applies],
        situation=plan.form.summary(answers),
        sent=presenting.sent(plan.form, answers),
        lines=presenting.lines_wanted(current(found), said),
        days=plan.limits.promised_days,
        once=ids.token(ONCE),
    )


@public
@require_GET
def zone(request: Request, uid: str) -> HttpResponse:
    """Show a themed zone while it lasts."""
    found = Zone.objects.shown(clock.today()).filter(uid=uid).first()
    if found is None:
        raise NotFound()
    return render_page(request, "bundles/zone.html", zone=found, entries=ZoneEntry.objects.of(found))


def offered(code: str) -> Bundle:
    found = Bundle.objects.offered_as(code)
    if found is None:
        raise NotFound()
    return found


def current(bundle: Bundle) -> Any:
    """Return the version in force of a bundle that is offered."""
    version = bundle.current
    assert version is not None
    version.bundle = bundle
    return version


def _asked(bundle: Bundle, answers: dict[str, Any], errors: dict[str, list[str]]) -> dict[str, Any]:
    plan = bundles.plan_of(current(bundle))
    return {
        "bundle": bundle,
        "guide": all_worded(plan.guide),
        "basis": plan.guide.get("basis", []),
        "form": plan.form,
        "step": plan.form.all_steps[0].key,
        "answers": answers,
        "errors": errors,
        "services": presenting.services_of(plan),
    }
