"""After it was handed in: follow, answer a request for a supplement, take back, ask without signing in."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.cases import ports, rules, steps
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case, CaseRow
from tongban.platform.cases.pages import ahead, comparing, presenting, site
from tongban.platform.cases.pages.applicant import case_of, material_lines, redirect_to, url_namespace, where_left
from tongban.platform.cases.pages.files import serve
from tongban.platform.cases.pages.posting import posted
from tongban.platform.cases.services import annulling, fees
from tongban.platform.cases.services.posting import OPEN_TO_PAPERS
from tongban.platform.documents import services as documents
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.parties import services as parties
from tongban.platform.seals import services as seals

# Of so many identities the cases stand in one list; the others are chosen.
NAMES = 5


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why are you withdrawing it?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


class AskedOfPerson(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("What should a person review?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=1000
    )


class QueryForm(forms.Form):
    number = forms.CharField(label=gettext_lazy("Case number"), max_length=40, cleaned=rules.case_number)
    query_code = forms.CharField(
        label=gettext_lazy("Query code"),
        max_length=8,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )


@signed_in
def mine(request: Request) -> HttpResponse:
    names = parties.representations(request.actor)
    wanted = [name for name in names if str(name.party.uid) == request.GET.get("of")] or _first(request, names)
    pages = cases.submitted_by_me(actor=request.actor, params=request.GET, names=wanted)
    return render_page(
        request,
        "cases/mine.html",
        names=names if len(names) > 1 else [],
        shown=wanted,
        of=wanted[0].party.uid if "of" in request.GET and len(wanted) == 1 else None,
        drafts=cases.drafts(actor=request.actor, names=wanted),
        rows=_own_items(pages.rows),
        pages=pages,
    )


def _own_items(
    found: Sequence[CaseRow],
) -> list[tuple[presenting.ListItem, ahead.Coming | None, ports.RatingRequest | None]]:
    """Return each case of a page with what comes next, or with how one says how it was."""
    coming = ahead.coming(found)
    asked = ports.asked(line.id for line in found if line.state == Case.State.COMPLETED)
    lines = presenting.list_items(found, "hall:cases:follow")
    return [(line, coming.get(line.case.id), asked.get(line.case.id)) for line in lines]


def _first(request: Request, names: list[parties.Representation]) -> list[parties.Representation]:
    """Return whose cases are listed where none was chosen: all, or the present one and a few for whoever has many."""
    present = [name for name in names if name.party.pk == request.actor.represents]
    return [*present, *(name for name in names if name not in present)][:NAMES]


@signed_in
def follow(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if case.state == Case.State.DRAFT:
        return where_left(request, case)
    proposed = cases.visit_of(case) if case.state == Case.State.ACCEPTED else None
    letters, plan = list(Letter.objects.about(case.subject)), cases.plan_of(case.version)
    completed, revoked = case.state == Case.State.COMPLETED, case.state == Case.State.REVOKED
    return render_page(
        request,
        "cases/follow.html",
        case=case,
        entries=presenting.timeline(case, for_applicant=True),
        changes=comparing.changes(case),
        clocks=presenting.clocks(case),
        state=cases.state_of(case),
        shape=cases.shape_of(case),
        refused=cases.refusal_of(case, letters),
        bill=fees.bill_of(case),
        posted=posted(case),
        may_post=case.state in OPEN_TO_PAPERS,
        again=case.outcome in cases.AGAIN,
        asked=ports.asked([case.pk]).get(case.pk) if completed else None,
        step=presenting.next_step(case),
        effect=cases.effect_of(case),
        letters=letters,
        waiting=documents.papers_waiting(case.subject),
        unsealed=seals.waiting_about(case.subject),
        # What was granted and revoked is no result any more; its letters stay below.
        results=[one for one in letters if one.kind == "grant" and plan.answers_by_letter and not revoked],
        licences=[] if revoked else Licence.objects.of_subject(case.subject).with_people(),
        materials=material_lines(case),
        summary=plan.form.summary(case.answers, remarks=cases.remarks(case)),
        withdrawable=steps.is_allowed("withdrawn", case.state) and not case.person_asked_on,
        person_until=cases.person_until(case),
        today=clock.today(),
        visit=site.visited(proposed),
        annulment=annulling.annulment_of(case) if completed else None,
        hearing=cases.hearing_of(case) if case.state == Case.State.ACCEPTED else None,
        steps=ahead.steps(case, ahead.visited(proposed)),
        whole=ports.whole_of(case.pk, request.actor, "hall"),
    )


@signed_in
def visit(request: Request, uid: str) -> HttpResponse:
    """Agree to the time of a visit, or propose another."""
    case = case_of(request, uid)
    form = site.Reply(request.POST or None)
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            cases.answer_visit(
                actor=request.actor,
                case=case,
                agreed=said["agreed"] == "yes",
                day=said["day"],
                part=said["part"],
                note=said["note"],
            )
        if form.is_valid():
            messages.success(request, _("Your answer was sent to the inspector."))
            return redirect_to(request, "follow", uid=uid)
    told = site.visited(cases.visit_of(case))
    status = 422 if form.errors else 200
    return render_page(
        request, "cases/visit.html", at=url_namespace(request), case=case, form=form, visit=told, status=status
    )


@signed_in
def withdraw(request: Request, uid: str) -> HttpResponse:
    case = case_of(request, uid)
    if request.method == "GET" and not steps.is_allowed("withdrawn", case.state):
        return redirect_to(request, "follow", uid=uid)
    form = WithdrawalForm(request.POST or None)
    if form.is_valid():
        with refusals() as refused:
            cases.withdraw(actor=request.actor, case=case, reason=form.cleaned_data["reason"])
        if refused:
            # Whoever pressed twice, or came too late, is led to where the case stands now.
            messages.warning(request, refused.sentence)
            return redirect_to(request, "follow", uid=uid)
        messages.success(request, _("You have withdrawn the application. It remains in your list."))
        return redirect_to(request, "follow", uid=uid)
    status = 422 if form.errors else 200
    return render_page(request, "cases/withdraw.html", at=url_namespace(request), case=case, form=form, status=status)


@signed_in
def ask_for_person(request: Request, uid: str) -> HttpResponse:
    """Ask that a person decides about what the system decided alone."""
    case = case_of(request, uid)
    until, form = cases.person_until(case), AskedOfPerson(request.POST or None)
    if request.method == "GET" and (until is None or clock.today() > until):
        return redirect_to(request, "follow", uid=uid)
    if form.is_valid():
        with refusals_on(form):
            cases.ask_for_person(actor=request.actor, case=case, reason=form.cleaned_data["reason"])
        if form.is_valid():
            messages.success(
                request, _("You have requested a decision by a person. The office has your case and will answer you.")
            )
            return redirect_to(request, "follow", uid=uid)
    return render_page(
        request, "cases/person.html", case=case, form=form, until=until, status=422 if form.errors else 200
    )


@signed_in
@require_POST
def again(request: Request, uid: str) -> HttpResponse:
    """Apply again with the answers of an application that led to nothing."""
    former = case_of(request, uid)
    case, copied = cases.begin_again(actor=request.actor, case=former)
    if case.state != Case.State.DRAFT:
        return redirect_to(request, "follow", uid=case.uid)
    messages.info(
        request,
        _("Your earlier answers are filled in; data from registers is as of today. Change what led to the refusal.")
        if copied
        else _("You already have an unfinished application for this service. Continue with it here."),
    )
    return where_left(request, case)


@signed_in
def paper(request: Request, uid: str, document: str) -> HttpResponse:
    case = case_of(request, uid)
    letter = Letter.objects.about(case.subject).named(document).first()
    if letter and request.method == "GET":
        cases.record_first_opening(actor=request.actor, case=case, kind=letter.kind)
    codes = {line["code"] for line in cases.plan_of(case.version).lines}
    return serve(request.actor, case, document, inline="download" not in request.GET, codes=codes)


@public
def query(request: Request) -> HttpResponse:
    form = QueryForm(request.POST or None, initial={"number": request.GET.get("number", "")})
    case, steps = None, []
    if form.is_valid():
        with refusals_on(form):
            case = cases.find_by_query_code(actor=request.actor, **form.cleaned_data)
            steps = ahead.steps(case, ahead.visited(cases.visit_of(case)))
    return render_page(
        request,
        "cases/query.html",
        form=form,
        case=case,
        state=cases.state_of(case) if case else "",
        shape=cases.shape_of(case) if case else ("", ""),
        refused=cases.refusal_of(case) if case else None,
        step=presenting.next_step(case) if case else None,
        coming=ahead.coming_of(case, steps) if case else None,
        steps=steps,
        clocks=presenting.clocks(case) if case else [],
        status=422 if form.errors else 200,
    )
