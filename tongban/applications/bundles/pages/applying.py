"""Until it is handed in: begin, fill in the one form, bring the one set of papers, check, hand in."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from tongban.applications.bundles import services as bundles
from tongban.applications.bundles.models import BundleApplication, BundleItem, BundlePaper
from tongban.applications.bundles.pages import presenting
from tongban.applications.bundles.pages.asking import ONCE, current, offered
from tongban.infrastructure.kernel.refusals import Conflict, Invalid
from tongban.infrastructure.kernel.wording import all_worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties

MATERIALS, REVIEW = "materials", "review"
Items = Sequence[BundleItem]


class JointDeclaration(forms.Form):
    declared = forms.BooleanField(
        label=gettext_lazy(
            "I declare that what I state and submit is true and complete for all of these services, and that I am "
            "legally responsible for it."
        ),
        error_messages={"required": gettext_lazy("Please confirm the declaration to submit the application.")},
    )


def application_of(request: Request, uid: str) -> BundleApplication:
    """Return an application of whom one acts for; where one may act for its applicant, one does from now on.

    Raises NotFound, noting the attempt.
    """
    found: BundleApplication = identity.must_find(
        BundleApplication.objects.with_uid(uid), request.actor, "joint application", uid
    )
    if not (found.is_spoken_for_by(request.actor) or _in_another_name(request, found)):
        raise identity.not_found(request.actor, "joint application", uid)
    return found


def _in_another_name(request: Request, application: BundleApplication) -> bool:
    """Act for the applicant from now on, where one may for all services."""
    names = {name.party.pk: name for name in parties.representations(request.actor)}
    name = names.get(application.applicant_id)
    if request.actor.kind != "person" or name is None or name.services:
        return False
    request.actor = parties.switch(actor=request.actor, session=request.session, party=application.applicant)
    messages.info(request, parties.acting_message(request.actor))
    return True


def only_drafts(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the draft and its items instead of its uid; lead on whoever comes back after it was handed in."""

    @wraps(view)
    def found(request: Request, uid: str, **more: Any) -> HttpResponse:
        application = application_of(request, uid)
        if application.is_draft:
            return view(request, application, BundleItem.objects.of(application), **more)
        if request.method == "POST":
            raise bundles.JointSubmittedAlready()
        messages.info(request, _("This application has already been submitted. Its progress is shown here."))
        return redirect("hall:bundles:follow", uid)

    return found


@signed_in
@require_POST
def begin(request: Request, code: str) -> HttpResponse:
    found = offered(code)
    form = bundles.plan_of(current(found)).form
    situation = form.read(form.all_steps[0], request.POST)
    application = bundles.begin(actor=request.actor, bundle=code, situation=situation, once=_once(request, code))
    return redirect(where_left(application))


def _once(request: Request, code: str) -> str | None:
    """Return the key under which this page begins, whatever is pressed again; None where the page sent none."""
    word = request.POST.get("once", "")
    if len(word) != ONCE or not word.isalnum():
        return None
    return f"page:{request.actor.account}:{request.actor.represents}:{code}:{word}"


@signed_in
@only_drafts
def situation(request: Request, application: BundleApplication, items: Items) -> HttpResponse:
    """Answer the questionnaire anew; what is filled in stays where it is still asked."""
    form = bundles.plan_of(application.version).form
    answers, errors = application.situation, dict[str, list[str]]()
    step = form.all_steps[0]
    if request.method == "POST":
        answers = form.read(step, request.POST)
        if not form.needs_reload(step, request.POST, answers):
            with refusals() as refused:
                bundles.change_situation(actor=request.actor, uid=application.uid, situation=answers)
                return redirect(where_left(application_of(request, application.uid)))
            errors = refused.errors
    return render_page(
        request,
        "bundles/situation.html",
        status=422 if errors else 200,
        application=application,
        bundle=application.version.bundle,
        form=form,
        step=step.key,
        answers=answers,
        errors=errors,
    )


@signed_in
@only_drafts
def fill(request: Request, application: BundleApplication, items: Items, step: str) -> HttpResponse:
    form = bundles.whole_of(application, items).form
    if step not in keys_of(application, items):
        messages.info(request, _("The questions have changed in the meantime. Please continue from here."))
        return redirect(address_of(application, keys_of(application, items)[0]))
    answers, errors = application.answers, dict[str, list[str]]()
    if request.method == "POST":
        sent = eforms.sent_step(form, application, step, request.POST)
        answers = sent.answers
        with refusals() as refused:
            if not sent.again:
                on = sent.next(keys_of(application, items, answers))
                application = bundles.fill(
                    actor=request.actor, uid=application.uid, answers=sent.typed, revision=sent.revision, step=on
                )
        errors = {**sent.errors, **refused.errors}
        if isinstance(refused.refusal, Conflict):
            # The same draft was filled in elsewhere: what was typed here is shown, nothing is overwritten.
            application = application_of(request, application.uid)
        if sent.later and not refused:
            messages.success(request, _("Saved. You can continue later, on any device."))
            return redirect("hall:bundles:mine")
        if not errors and not sent.again:
            errors, answer = _judged(application, items, step)
            if answer:
                return answer
    return render_page(
        request,
        "bundles/fill.html",
        status=422 if errors else 200,
        title=application.version.bundle.title,
        application=application,
        filled=application,
        form=form,
        step=step,
        steps=progress(application, items, step),
        answers=answers,
        errors=errors,
        sources=eforms.sources_shown(form, application),
        behind=bundles.is_behind(application, items),
    )


def _judged(
    application: BundleApplication, items: Items, step: str
) -> tuple[dict[str, list[str]], HttpResponse | None]:
    """Return what the checks of a saved step found wrong; where nothing is, lead on, or to what must be confirmed."""
    form = bundles.whole_of(application, items).form
    found = bundles.told_once(bundles.findings(application, items))
    if errors := eforms.errors_of(found, form, step):
        return errors, None
    if eforms.unconfirmed(found, form, application, step):
        return {}, redirect("hall:bundles:confirm", application.uid, step)
    return {}, redirect(_after(application, items, step))


@signed_in
@only_drafts
def confirm(request: Request, application: BundleApplication, items: Items, step: str) -> HttpResponse:
    """Ask to look again at what is strange; whoever stands by it goes on."""
    form = bundles.whole_of(application, items).form
    found = bundles.told_once(bundles.findings(application, items))
    waiting = eforms.unconfirmed(found, form, application, "" if step == REVIEW else step)
    if request.method == "POST":
        bundles.confirm(actor=request.actor, uid=application.uid, checks=request.POST.getlist("confirm"))
        return redirect(_after(application, items, step))
    if not waiting:
        return redirect(_after(application, items, step))
    return render_page(
        request,
        "eforms/confirm.html",
        title=application.version.bundle.title,
        waiting=eforms.to_confirm(form, application, waiting, partial(address_of, application)),
        steps=progress(application, items, step),
    )


@signed_in
@only_drafts
def materials(request: Request, application: BundleApplication, items: Items) -> HttpResponse:
    wanted, problem = bundles.materials_of(request.actor, application), documents.Problems()
    if request.method == "POST":
        problem = documents.change(wanted, actor=request.actor, request=request)
        if not problem:
            gone_on = "continue" in request.POST
            return redirect(_after(application, items, MATERIALS) if gone_on else address_of(application, MATERIALS))
    else:
        bundles.fetch_all(actor=request.actor, application=application)
    lines = line_rows(application, items, problem, documents.offers(wanted, request.actor))
    return render_page(
        request,
        "bundles/materials.html",
        status=problem.status,
        wait_seconds=problem.wait_seconds,
        title=application.version.bundle.title,
        application=application,
        uid=application.uid,
        lines=lines,
        action=address_of(application, MATERIALS),
        file_url="hall:bundles:paper",
        steps=progress(application, items, MATERIALS),
        errors=problem.by_id([row["line"]["code"] for row in lines]),
    )


def line_rows(
    application: BundleApplication,
    items: Items,
    problem: Mapping[str, str] | None = None,
    offers: Mapping[str, documents.Offer] | None = None,
) -> list[dict[str, Any]]:
    """Return the lines of the merged list that these answers call for; see `documents.line_rows`."""
    lines = bundles.whole_of(application, items).lines_for(application.answers)
    rows = documents.line_rows(lines, BundlePaper.objects.current_of(application), problem, offers)
    return [
        {**row, "sample_url": reverse("hall:catalogue:sample", args=[row["line"]["sample_of"], name]) if name else ""}
        for row in rows
        for name in [row["line"].get("sample")]
    ]


@signed_in
@only_drafts
def review(request: Request, application: BundleApplication, items: Items) -> HttpResponse:
    declaration, faults = JointDeclaration(request.POST or None), dict[str, list[str]]()
    if request.method == "POST" and declaration.is_valid():
        with refusals() as refused:
            bundles.submit(actor=request.actor, uid=application.uid, declared=True)
            messages.success(request, _("Everything has been submitted. How each item stands is shown here."))
            return redirect("hall:bundles:follow", application.uid)
        faults = refused.errors if isinstance(refused.refusal, Invalid) else {"": [refused.sentence]}
    still = bundles.checklist(application, items)
    form = bundles.whole_of(application, items).form
    return render_page(
        request,
        "bundles/review.html",
        status=422 if declaration.errors or faults else 200,
        application=application,
        bundle=application.version.bundle,
        items=presenting.views(items),
        steps=progress(application, items, REVIEW),
        summary=_summary(application, form),
        lines=line_rows(application, items),
        still=still,
        problems=_at_steps(application, form, {**still.problems, **faults}),
        missing=all_worded(list(still.missing)),
        declaration=declaration,
        behind=bundles.is_behind(application, items),
    )


def _at_steps(
    application: BundleApplication, form: eforms.Form, faults: Mapping[str, Sequence[str]]
) -> list[tuple[str, str]]:
    """Return what is wrong with where it is mended: sentence and address."""
    steps = {name: step.key for step in form.all_steps for name in step.names}
    found = []
    for path, texts in faults.items():
        step = steps.get(path.partition(".")[0], "")
        url = f"{address_of(application, step)}#q-{path}" if step else ""
        found += [(text, url) for text in texts if not path.startswith(("material:", "confirm:"))]
    return found


def _summary(application: BundleApplication, form: eforms.Form) -> list[dict[str, Any]]:
    steps = {step.title: step.key for step in form.steps(application.answers)}
    told = form.summary(application.answers, remarks=eforms.remarks(form, application))
    return [
        {"title": title, "rows": rows, "url": address_of(application, steps[title]) if title in steps else ""}
        for title, rows in told
    ]


@signed_in
@only_drafts
def renew(request: Request, application: BundleApplication, items: Items) -> HttpResponse:
    """Take a draft over to the services as they are now."""
    if request.method == "POST":
        bundles.renew_services(actor=request.actor, uid=application.uid)
        messages.success(request, _("Your answers have been carried over. Please check them once more."))
    return redirect(where_left(application_of(request, application.uid)))


@signed_in
@only_drafts
def discard(request: Request, application: BundleApplication, items: Items) -> HttpResponse:
    if request.method == "POST":
        bundles.discard(actor=request.actor, uid=application.uid)
        messages.success(request, _("The draft has been deleted."))
        return redirect("hall:bundles:mine")
    return render_page(request, "bundles/discard.html", application=application, bundle=application.version.bundle)


def steps_of(
    application: BundleApplication, items: Items, answers: Mapping[str, Any] | None = None
) -> list[tuple[str, str]]:
    """Return the steps: those of the merged form, then the materials, then the review."""
    whole = bundles.whole_of(application, items)
    given = application.answers if answers is None else answers
    found = [(step.key, step.title) for step in whole.form.steps(given)]
    if whole.lines_for(given):
        found.append((MATERIALS, pgettext("bundle", "Materials")))
    return [*found, (REVIEW, _("Check and submit"))]


def keys_of(application: BundleApplication, items: Items, answers: Mapping[str, Any] | None = None) -> list[str]:
    return [key for key, _title in steps_of(application, items, answers)]


def address_of(application: BundleApplication, step: str) -> str:
    """Return where a step is filled in."""
    if step in {MATERIALS, REVIEW}:
        return reverse(f"hall:bundles:{step}", args=[application.uid])
    return reverse("hall:bundles:fill", args=[application.uid, step])


def where_left(application: BundleApplication) -> str:
    """Return the step of a draft at which it was left; the first of a new one."""
    items = BundleItem.objects.of(application)
    return address_of(application, eforms.step_left(keys_of(application, items), application))


def progress(application: BundleApplication, items: Items, at: str) -> list[dict[str, str]]:
    """Return how far the form is: the common step, one for each item whatever pages it has, materials, review."""
    titles = bundles.item_titles(application, items)
    steps: dict[str, tuple[str, str, str]] = {}
    for key, title in steps_of(application, items):
        part = _part(key, titles)
        steps.setdefault(part, (part, titles.get(part, title), address_of(application, key)))
    return eforms.progress(list(steps.values()), _part(at, titles))


def _part(step: str, titles: Mapping[str, str]) -> str:
    """Return the item to which a step belongs; the step itself where it belongs to none."""
    item = step.partition("-")[0]
    return item if item in titles else step


def _after(application: BundleApplication, items: Items, step: str) -> str:
    return address_of(application, eforms.step_after(keys_of(application, items), step))
