"""Until it is handed in: begin, fill in, add materials, check, hand in."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.refusals import Conflict, NotFound
from tongban.infrastructure.kernel.wording import all_worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.assurance import services as assurance
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages import presenting, sending, supplementing
from tongban.platform.cases.pages.applicant import (
    MATERIALS,
    REVIEW,
    address_of,
    case_of,
    change_papers,
    keys_of,
    material_lines,
    offers_of,
    only_in_state,
    redirect_to,
    sources_of,
    steps_of,
    url_namespace,
    where_left,
)
from tongban.platform.cases.pages.posting import posted
from tongban.platform.cases.services import about_licence, committing
from tongban.platform.catalogue import services as catalogue
from tongban.platform.catalogue.models import Service
from tongban.platform.documents import services as documents
from tongban.platform.eforms import services as eforms
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party

ONCE = 16  # characters of the word that makes a page's button work once


class Declaration(forms.Form):
    declared = forms.BooleanField(
        label=gettext_lazy(
            "I declare that what I state and submit is true and complete, and that I am legally responsible for it."
        ),
        error_messages={"required": gettext_lazy("Please confirm the declaration to submit the application.")},
    )


class DeclarationAtWindow(forms.Form):
    """The same, where an official writes for somebody who stands before them."""

    declared = forms.BooleanField(
        label=gettext_lazy(
            "The applicant has read all of this here, declares that it is true and complete, and is legally "
            "responsible for it."
        ),
        error_messages={"required": gettext_lazy("Let the applicant read everything and confirm the declaration.")},
    )


def _to_step_up(request: Request, guide: Mapping[str, Any]) -> str:
    """Return where somebody gets to the assurance that the service needs, and back here; "" where theirs is enough."""
    needed = guide.get("assurance")
    if not needed or request.actor.kind != "person" or assurance.level_of(request.actor) >= needed:
        return ""
    query = urlencode({"level": needed, "next": request.path})
    return f"{reverse('hall:assurance:step_up')}?{query}"


@signed_in
def begin(request: Request, code: str) -> HttpResponse:
    service: Service | None = Service.objects.begun_as(code)
    if service is None or service.current is None or request.actor.represents is None:
        raise NotFound()
    if further := _to_step_up(request, service.current.guide):
        return redirect(further)
    if request.method == "POST":
        if party := parties.may_act_for(request.actor, request.POST.get(parties.ACTING_FOR_PARAM, "")):
            request.actor = parties.switch(actor=request.actor, session=request.session, party=party)
            messages.info(request, parties.acting_message(request.actor))
        case = cases.begin(
            actor=request.actor,
            service=code,
            once=_once(request, code),
            confirmed=request.POST.getlist("confirm"),
            licence=request.POST.get("licence", ""),
            area=request.POST.get("area", ""),
        )
        if case.state != Case.State.DRAFT:
            return redirect_to(request, "submitted", uid=case.uid)
        return where_left(request, case)
    party = Party.objects.get(pk=request.actor.represents or 0)
    offered = request.actor.may_act_in(code) and cases.is_for(service, party)
    known = cases.before(request.actor, service) if offered else []
    guide = all_worded(service.current.guide)
    held = about_licence.choices(party.pk, service.current) if offered else []
    acts_on = service.current.guide.get("acts_on", {})
    return render_page(
        request,
        "cases/begin.html",
        acts_on=acts_on,
        held=held,
        possible=not acts_on or any(choice.is_possible for choice in held),
        chosen=request.GET.get("licence", ""),
        at=url_namespace(request),
        service=service,
        guide=guide,
        materials=[row["name"] for row in guide.get("material", ())],
        limits=catalogue.limits(service.current.guide),
        party=party,
        offered=offered,
        names=[] if offered else _who_fits(request, service),
        against=[finding for finding in known if finding.is_error and not finding.links],
        strange=[finding for finding in known if not finding.is_error and not finding.links],
        again=[finding for finding in known if finding.links],
        refused=any(finding.is_error and finding.at for finding in known),
        once=ids.token(ONCE),
        areas=sending.choices(service.current),
    )


@signed_in
@only_in_state(Case.State.DRAFT)
def fill(request: Request, case: Case, step: str) -> HttpResponse:
    form = cases.plan_of(case.version).form
    steps = steps_of(case)
    if step not in dict(steps):
        messages.info(request, _("The questions have changed in the meantime. Please continue from here."))
        return redirect(address_of(request, case, steps[0][0]))
    case = _renewed(request, case)
    answers, errors = case.answers, {}
    if request.method == "POST":
        sent = eforms.sent_step(form, case, step, request.POST)
        answers = sent.answers
        with refusals() as refused:
            if not sent.again:
                on, revision = sent.next(keys_of(case, answers)), sent.revision
                case = cases.fill(actor=request.actor, case=case, answers=sent.typed, revision=revision, step=on)
        errors = {**sent.errors, **refused.errors}
        if isinstance(refused.refusal, Conflict):
            # The same draft was filled in elsewhere: what was typed here is shown, nothing is overwritten.
            case = case_of(request, case.uid)
        if sent.later and not refused:
            messages.success(request, _("Saved. You can continue later, on any device."))
            return redirect_to(request, "mine")
        if not errors and not sent.again:
            errors, answer = _judged(request, case, step)
            if answer:
                return answer
    return render_page(
        request,
        "cases/fill.html",
        at=url_namespace(request),
        status=422 if errors else 200,
        title=case.version.service.title,
        case=case,
        filled=case,
        form=form,
        step=step,
        steps=_progress(request, case, step),
        answers=answers,
        errors=errors,
        again=[finding for finding in cases.findings(case) if finding.links] if errors else [],
        sources=sources_of(request, case),
        changed=_changed(case),
    )


def _judged(request: Request, case: Case, step: str) -> tuple[dict[str, list[str]], HttpResponse | None]:
    """Return what the checks of a saved step found wrong; where nothing is, lead on, or to what must be confirmed."""
    form, found = cases.plan_of(case.version).form, cases.findings(case)
    if errors := eforms.errors_of(found, form, step):
        return errors, None
    if cases.unconfirmed(case, found, step):
        return {}, redirect_to(request, "confirm", uid=case.uid, step=step)
    return {}, redirect(_after(request, case, step))


@signed_in
@only_in_state(Case.State.DRAFT)
def confirm(request: Request, case: Case, step: str) -> HttpResponse:
    """Ask to look again at what is strange, one page for each step; whoever stands by it goes on."""
    form = cases.plan_of(case.version).form
    waiting = cases.unconfirmed(case, cases.findings(case), "" if step == REVIEW else step)
    if request.method == "POST":
        cases.confirm(actor=request.actor, case=case, checks=request.POST.getlist("confirm"))
        return redirect(_after(request, case, step))
    if not waiting:
        return redirect(_after(request, case, step))
    return render_page(
        request,
        "cases/confirm.html",
        title=case.version.service.title,
        case=case,
        beside="cases/part/again_links.html",
        waiting=eforms.to_confirm(form, case, waiting, partial(address_of, request, case)),
        steps=_progress(request, case, step),
    )


@signed_in
@only_in_state(Case.State.DRAFT, Case.State.SUPPLEMENT)
def materials(request: Request, case: Case) -> HttpResponse:
    problem = documents.Problems()
    if case.state == Case.State.SUPPLEMENT:
        return supplementing.materials(request, case)
    if request.method == "POST":
        problem = change_papers(request, case)
        if not problem:
            gone_on = "continue" in request.POST
            return redirect(_after(request, case, MATERIALS) if gone_on else address_of(request, case, MATERIALS))
    else:
        cases.fetch_all(actor=request.actor, case=case)
    lines = material_lines(case, problem, offers_of(request, case))
    return render_page(
        request,
        "cases/materials.html",
        at=url_namespace(request),
        status=problem.status,
        wait_seconds=problem.wait_seconds,
        title=case.version.service.title,
        case=case,
        uid=case.uid,
        lines=lines,
        action=address_of(request, case, MATERIALS),
        file_url=f"{url_namespace(request)}:paper",
        steps=_progress(request, case, MATERIALS),
        errors=problem.by_id([item["line"]["code"] for item in lines]),
        changed=_changed(case),
    )


@signed_in
def review(request: Request, uid: str) -> HttpResponse:
    declared = DeclarationAtWindow if request.actor.kind == "staff" else Declaration
    declaration = declared(request.POST or None)
    by_person, deferred = "by_person" in request.POST, "deferred" in request.POST
    committed = "committed" in request.POST
    if request.method == "POST" and declaration.is_valid():
        cases.submit(
            actor=request.actor,
            uid=uid,
            declared=True,
            by_person=by_person,
            deferred=deferred,
            committed=committed,
        )
        return redirect_to(request, "submitted", uid=uid)
    case = case_of(request, uid)
    if case.state != Case.State.DRAFT:
        return redirect_to(request, "submitted", uid=uid)
    case = _renewed(request, case)
    still = cases.checklist(case)
    form = cases.plan_of(case.version).form
    return render_page(
        request,
        "cases/review.html",
        at=url_namespace(request),
        status=422 if declaration.errors else 200,
        case=case,
        steps=_progress(request, case, REVIEW),
        summary=_summary(request, case),
        lines=material_lines(case),
        still=still,
        missing=all_worded(list(still.missing)),
        problems=still.problems,
        again=[] if still.ready else [finding for finding in cases.findings(case) if finding.links],
        fees=cases.fees_of(case),
        posted=posted(case),
        form=form,
        declaration=declaration,
        at_once=cases.plan_of(case.version).decides_at_once,
        by_person=by_person,
        deferral=cases.plan_of(case.version).deferral,
        deferred=deferred,
        commitment=cases.plan_of(case.version).commitment if still.ready and cases.may_commit(case) else {},
        barred=committing.commitment_barred(case),
        committed=committed,
        changed=_changed(case),
    )


@signed_in
def submitted(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.state == Case.State.DRAFT:
        return redirect_to(request, "review", uid=uid)
    return render_page(
        request,
        "cases/submitted.html",
        at=url_namespace(request),
        case=case,
        step=presenting.next_step(case),
        posted=posted(case),
        sending=sending.task_of(case) if request.actor.kind == "staff" else None,
    )


@signed_in
def receipt(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.number is None:
        raise NotFound()
    response = HttpResponse(cases.receipt(case), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{case.number}.pdf"'
    return response


@signed_in
@only_in_state(Case.State.DRAFT)
def discard(request: Request, case: Case) -> HttpResponse:
    if request.method == "POST":
        cases.discard(actor=request.actor, case=case)
        messages.success(request, _("The draft has been deleted."))
        return redirect_to(request, "mine")
    return render_page(request, "cases/discard.html", at=url_namespace(request), case=case)


@signed_in
@only_in_state(Case.State.DRAFT)
def upgrade_version(request: Request, case: Case) -> HttpResponse:
    if request.method == "POST":
        case = cases.upgrade_version(actor=request.actor, case=case)
        messages.success(request, _("Your answers have been carried over. Please check them once more."))
    return redirect_to(request, "fill", uid=case.uid, step=steps_of(case)[0][0])


def _renewed(request: Request, case: Case) -> Case:
    """Return the draft as the registers are now, and say which answers changed with them."""
    if request.method == "GET" and (names := cases.renew_facts(case=case)):
        labels = cases.labels_of(case, names)
        messages.info(
            request, _("The register was changed, and your application with it: %(labels)s.") % {"labels": labels}
        )
        return case_of(request, case.uid)
    return case


def _who_fits(request: Request, service: Service) -> list[parties.Representation]:
    """Return those in whose name the reader may apply for this service."""
    names = parties.representations(request.actor)
    return [name for name in names if name.covers(service.code) and cases.is_for(service, name.party)]


def _once(request: Request, service: str) -> str | None:
    """Return the key under which this page begins, whatever is pressed again; None where the page sent none."""
    word = request.POST.get("once", "")
    if len(word) != ONCE or not word.isalnum():
        return None
    return f"page:{request.actor.account}:{request.actor.represents}:{service}:{word}"


def _progress(request: Request, case: Case, current: str) -> list[dict[str, str]]:
    return eforms.progress([(key, title, address_of(request, case, key)) for key, title in steps_of(case)], current)


def _after(request: Request, case: Case, step: str) -> str:
    return address_of(request, case, eforms.step_after(keys_of(case), step))


def _summary(request: Request, case: Case) -> list[dict[str, Any]]:
    form = cases.plan_of(case.version).form
    steps = {step.title: step.key for step in form.steps(case.answers)}
    return [
        {"title": title, "rows": rows, "url": address_of(request, case, steps[title]) if title in steps else ""}
        for title, rows in form.summary(case.answers, remarks=cases.remarks(case))
    ]


def _changed(case: Case) -> str:
    """Say whether the service was changed or withdrawn while this draft lay here."""
    current = cases.current_version(case)
    if current is None:
        return "withdrawn"
    return "changed" if current.pk != case.version_id else ""
