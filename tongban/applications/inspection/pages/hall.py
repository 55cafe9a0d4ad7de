"""In the hall: what is public about inspections and penalties; one's own corrections and penalties."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import CorrectionOrder, InspectionDraw, PenaltyCase, PenaltyEntry
from tongban.applications.inspection.pages import presenting
from tongban.applications.inspection.pages.cases import case_row, letter_of_case
from tongban.applications.inspection.pages.inspections import correction_context, correction_row, file_of_correction
from tongban.applications.inspection.pages.objects import draw_context
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.payments.models import Bill

MAX_WORDS = 4000
LATEST = 5


class ManyFiles(forms.FileInput):
    allow_multiple_selected = True


class ProofForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What did you put right?"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    proofs = forms.FileField(
        label=gettext_lazy("Photographs or papers that show it"),
        help_text=gettext_lazy("JPG, PNG or PDF; several may be chosen."),
        widget=ManyFiles(attrs={"multiple": True, "accept": ".jpg,.jpeg,.png,.pdf"}),
        required=False,
    )


class StatementForm(forms.Form):
    kind = forms.ChoiceField(
        label=gettext_lazy("What do you choose to do?"),
        widget=forms.RadioSelect,
        choices=[
            ("state", gettext_lazy("State and defend myself")),
            ("ask_hearing", gettext_lazy("Ask for a hearing")),
        ],
        initial="state",
    )
    words = forms.CharField(
        label=gettext_lazy("In your words"),
        help_text=gettext_lazy("A penalty never becomes heavier because you defend yourself."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=MAX_WORDS,
    )


@public
def published(request: Request) -> HttpResponse:
    """Show everybody what was decided, and what was drawn."""
    cases = PenaltyCase.objects.published()
    pages = keyset_page(cases, request.GET, order=("-published_on", "-pk"), not_null=("published_on",))
    return render_page(
        request,
        "inspection/published.html",
        pages=pages,
        draws=InspectionDraw.objects.with_names().order_by("-pk")[:LATEST],
    )


@public
def draws(request: Request) -> HttpResponse:
    """List all draws, the latest first."""
    pages = keyset_page(InspectionDraw.objects.with_names(), request.GET, order=("-pk",))
    rows = [(draw, inspection.matter_title(draw.matter)) for draw in pages]
    return render_page(request, "inspection/draws.html", pages=pages, rows=rows)


@public
def draw(request: Request, uid: UUID) -> HttpResponse:
    """Show everybody a draw, drawn once more before their eyes."""
    found = get_object_or_404(InspectionDraw.objects.with_names(), uid=uid)
    return render_page(request, "inspection/public_draw.html", **draw_context(found))


@public
def draw_data(request: Request, uid: UUID) -> HttpResponse:
    """Send all that is public of a draw, to draw again from."""
    found = get_object_or_404(InspectionDraw.objects.with_names(), uid=uid)
    return JsonResponse(inspection.published(found), json_dumps_params={"ensure_ascii": False, "indent": 1})


@public
def decision(request: Request, uid: UUID) -> HttpResponse:
    """Show one decision that is public."""
    found = get_object_or_404(PenaltyCase.objects.published().with_names(), uid=uid)
    violation = inspection.violation(found.violation)
    facts = [
        (pgettext("inspection", "Number"), found.number),
        (pgettext("penalty", "Act"), violation.title),
        (pgettext("inspection", "Legal basis"), violation.basis),
        (pgettext("inspection", "Decided by"), found.department.title),
    ]
    return render_page(request, "inspection/decision.html", case=found, facts=facts)


@signed_in
def mine(request: Request) -> HttpResponse:
    """List one's own corrections and penalties."""
    party = request.actor.represents_fully
    orders = CorrectionOrder.objects.of_party(party).with_names()
    newest = keyset_page(orders, {}, order=("-pk",))
    cases = PenaltyCase.objects.of_party(party).with_names()
    return render_page(
        request,
        "inspection/mine.html",
        corrections=[correction_row(one, "hall:inspection:correction") for one in newest],
        pages=(pages := keyset_page(cases, request.GET, order=("-pk",))),
        penalties=[case_row(one, "hall:inspection:penalty") for one in pages],
    )


@signed_in
def correction(request: Request, uid: UUID) -> HttpResponse:
    """Show an order to correct, and take the proof."""
    found = _correction(request, uid)
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.prove_correction(
                actor=request.actor,
                order=found,
                words=form.cleaned_data["words"],
                files=request.FILES.getlist("proofs"),
            )
        if form.is_valid():
            messages.success(request, _("Handed in. The office will check it and tell you."))
            return redirect("hall:inspection:correction", uid=uid)
    return render_page(
        request,
        "inspection/my_correction.html",
        form=None if found.closed_on else form,
        status=422 if form.errors else 200,
        **correction_context(found),
    )


@signed_in
def correction_file(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a file of one's order to correct."""
    return file_of_correction(request, _correction(request, uid), document)


@signed_in
def penalty(request: Request, uid: UUID) -> HttpResponse:
    """Show one's penalty case with its letters and bills; state, or ask for a hearing."""
    found = _penalty(request, uid)
    form = StatementForm(request.POST or None)
    if found.hearing != PenaltyCase.Hearing.OFFERED:
        form.fields["kind"].choices = [("state", _("State and defend myself"))]  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        verb = {"state": inspection.state, "ask_hearing": inspection.ask_hearing}[form.cleaned_data["kind"]]
        with refusals_on(form):
            verb(actor=request.actor, case=found, words=form.cleaned_data["words"])
        if form.is_valid():
            messages.success(request, _("Received. It is part of the case now, and the office has to answer it."))
            return redirect("hall:inspection:penalty", uid=uid)
    said = PenaltyEntry.objects.of(found).filter(kind__in=["state", "ask_hearing", "consider"])
    return render_page(
        request,
        "inspection/penalty.html",
        case=found,
        facts=presenting.case_facts(found, office=False),
        colour=presenting.STATE_COLOURS[found.state],
        clocks=[row for row in presenting.case_clocks(found) if found.state in {"told", "decided", "served"}],
        letters=inspection.letters_of(found.subject),
        bills=Bill.objects.about(found.subject),
        said=[(presenting.STEPS[entry.kind], entry) for entry in said],
        form=form if found.state == "told" else None,
        today=clock.today(),
        status=422 if form.errors else 200,
    )


@signed_in
def penalty_file(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a letter of one's penalty case."""
    return letter_of_case(request, _penalty(request, uid), document)


def _own(rows: Any, request: Request, what: str, uid: UUID) -> Any:
    return identity.must_find(
        rows.of_party(request.actor.represents_fully).with_names().filter(uid=uid).first(), request.actor, what, uid
    )


def _correction(request: Request, uid: UUID) -> CorrectionOrder:
    found: CorrectionOrder = _own(CorrectionOrder.objects, request, "correction-order", uid)
    return found


def _penalty(request: Request, uid: UUID) -> PenaltyCase:
    found: PenaltyCase = _own(PenaltyCase.objects, request, "penalty-case", uid)
    return found


hall = [
    path("", published, name="published"),
    path("draws/", draws, name="draws"),
    path("draws/<uuid:uid>/", draw, name="draw"),
    path("draws/<uuid:uid>/draw.json", draw_data, name="draw_data"),
    path("decisions/<uuid:uid>/", decision, name="decision"),
    path("mine/", mine, name="mine"),
    path("corrections/<uuid:uid>/", correction, name="correction"),
    path("corrections/<uuid:uid>/files/<uuid:document>/", correction_file, name="correction_file"),
    path("penalties/<uuid:uid>/", penalty, name="penalty"),
    path("penalties/<uuid:uid>/files/<uuid:document>/", penalty_file, name="penalty_file"),
]
