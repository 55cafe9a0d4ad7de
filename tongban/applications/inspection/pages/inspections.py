"""At the desk: what is planned and what was found; orders to correct and their proof."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.applications.inspection import services as inspection
from tongban.applications.inspection.models import (
    CorrectionOrder,
    CorrectionProof,
    FieldInspection,
    InspectionPhoto,
    PenaltyCase,
)
from tongban.applications.inspection.pages import listing, presenting
from tongban.applications.inspection.pages.presenting import ListRow
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.templatetags import ui
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.documents import services as documents
from tongban.platform.identity import services as identity
from tongban.platform.letters.models import Letter

MANAGE, INSPECT = "inspection.manage", "inspection.inspect"


class CorrectionOrderForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("What is to be put right, and how?"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
    )
    due_on = forms.DateField(label=gettext_lazy("To be put right by"))


class CheckForm(forms.Form):
    result = forms.ChoiceField(
        label=gettext_lazy("What did the check find?"),
        widget=forms.RadioSelect,
        choices=[
            ("done", pgettext_lazy("inspection", "Put right")),
            ("ordered", gettext_lazy("Not sufficient; the company hands in more")),
            ("refused", gettext_lazy("Not put right by the last day")),
        ],
    )
    words = forms.CharField(
        label=gettext_lazy("What was seen at the check"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )


@requires(MANAGE)
def inspections(request: Request) -> HttpResponse:
    """List what is planned, or what was recorded."""
    ended, tabs = listing.open_and_ended(request, pgettext("inspection", "Recorded"))
    parts = [part.with_names() for part in FieldInspection.objects.managed_by(request.actor)]
    parts = [part.done() if ended else part.planned() for part in parts]
    return listing.show(
        request,
        parts,
        _row,
        title=pgettext("menu", "Inspections"),
        lead=_("Two officers with cards inspect by the checklist of the matter; a record is never changed afterwards."),
        columns=[
            pgettext("inspection", "Object"),
            pgettext("inspection", "Supervision matter"),
            pgettext("inspection", "Day"),
            pgettext_lazy("inspection", "State"),
        ],
        empty=_("No inspection was recorded yet") if ended else _("No inspection is planned"),
        order=("-done_at", "-pk") if ended else ("planned_on", "pk"),
        not_null=("done_at",),
        tabs=tabs,
    )


def _row(one: FieldInspection) -> ListRow:
    if one.done_at:
        tag = (presenting.STATE_COLOURS.get(one.outcome, "blue"), one.get_outcome_display())
    else:
        late = one.planned_on < clock.today()
        tag = ("red", str(pgettext("inspection", "late"))) if late else ("blue", str(pgettext("inspection", "planned")))
    return ListRow(
        reverse("desk:inspection:inspection", args=[one.uid]),
        one.entity.name,
        f"{one.number} · {one.get_origin_display()}",
        [inspection.matter_title(one.matter), ui.day(one.at or one.planned_on)],
        tag,
    )


@requires(MANAGE)
def inspection_page(request: Request, uid: UUID) -> HttpResponse:
    """Show one inspection with its record, and order a correction."""
    found = _inspection(request, uid)
    correction = CorrectionOrder.objects.of(found)
    form = CorrectionOrderForm(request.POST or None, initial={"due_on": clock.today() + timedelta(days=7)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            correction = inspection.order_correction(actor=request.actor, inspection=found, **form.cleaned_data)
        if form.is_valid() and correction:
            messages.success(request, _("Ordered. The sealed letter goes to the company."))
            return redirect("desk:inspection:correction", uid=correction.uid)
    may_punish = request.actor.holds("inspection.punish", department=found.department_id, area=found.area)
    return render_page(
        request,
        "inspection/inspection.html",
        inspection=found,
        facts=presenting.inspection_facts(found),
        answers=presenting.answers(found),
        photos=[photo.document for photo in InspectionPhoto.objects.of(found)],
        intact=bool(found.done_at) and inspection.is_intact(found),
        correction=correction,
        penalties=PenaltyCase.objects.of_inspection(found).with_names() if may_punish else [],
        may_punish=may_punish and bool(found.findings) and found.entity.party_id is not None,
        form=form if found.findings and correction is None else None,
        status=422 if form.errors else 200,
    )


@requires(MANAGE, INSPECT)
def photo(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a photograph of an inspection, small for lists."""
    found = _inspection(request, uid)
    row = InspectionPhoto.objects.of(found).filter(document__uid=document).first()
    row = identity.must_find(row, request.actor, "inspection-photo", document)
    if "small" in request.GET:
        return documents.thumbnail(row.document)
    return documents.response(row.document, inline=True)


@requires(MANAGE)
def corrections(request: Request) -> HttpResponse:
    """List orders to correct."""
    ended, tabs = listing.open_and_ended(request)
    parts = [part.with_names() for part in CorrectionOrder.objects.managed_by(request.actor)]
    return listing.show(
        request,
        [part.closed() if ended else part.open() for part in parts],
        lambda order: correction_row(order, "desk:inspection:correction"),
        title=_("Orders to correct"),
        lead=_("What was found is put right until a day, proved by the company, and checked."),
        columns=[
            pgettext("inspection", "Object"),
            pgettext("inspection", "To whom"),
            _("To be put right by"),
            pgettext_lazy("inspection", "State"),
        ],
        empty=_("No order has ended yet") if ended else _("No order is open"),
        order=("-closed_on", "-pk") if ended else ("due_on", "pk"),
        not_null=("closed_on",),
        tabs=tabs,
    )


def correction_row(order: CorrectionOrder, at: str) -> ListRow:
    late = order.closed_on is None and order.due_on < clock.today()
    tag = (presenting.STATE_COLOURS[order.state], order.get_state_display())
    return ListRow(
        reverse(at, args=[order.uid]),
        order.inspection.entity.name,
        order.number,
        [order.party.name, ui.day(order.due_on)],
        ("red", f"{order.get_state_display()} · {pgettext('inspection', 'late')}") if late else tag,
    )


@requires(MANAGE)
def correction(request: Request, uid: UUID) -> HttpResponse:
    """Show one order, with its proof, and check it."""
    found = identity.get_visible(CorrectionOrder.objects.with_names(), request.actor, "correction-order", uid=uid)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            inspection.check_correction(actor=request.actor, order=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The result of the check is on record."))
            return redirect("desk:inspection:correction", uid=uid)
    return render_page(
        request,
        "inspection/correction.html",
        form=None if found.closed_on else form,
        status=422 if form.errors else 200,
        **correction_context(found),
    )


@requires(MANAGE)
def correction_file(request: Request, uid: UUID, document: UUID) -> HttpResponse:
    """Send a file of an order: its letter, or a proof."""
    found = identity.get_visible(CorrectionOrder.objects.with_names(), request.actor, "correction-order", uid=uid)
    return file_of_correction(request, found, document)


def correction_context(order: CorrectionOrder) -> dict[str, Any]:
    return {
        "order": order,
        "facts": presenting.correction_facts(order),
        "colour": presenting.STATE_COLOURS[order.state],
        "late": order.closed_on is None and order.due_on < clock.today(),
        "letters": inspection.letters_of(order.subject),
        "proofs": [proof.document for proof in CorrectionProof.objects.of(order)],
    }


def file_of_correction(request: Request, order: CorrectionOrder, document: UUID) -> HttpResponse:
    """Send a letter or a proof of an order that may be seen."""
    letter = Letter.objects.about(order.subject).named(str(document)).first()
    if letter:
        return documents.response(letter.file(str(document)), inline=True)
    proof = CorrectionProof.objects.of(order).filter(document__uid=document).first()
    return documents.response(
        identity.must_find(proof, request.actor, "correction-file", document).document, inline=True
    )


def _inspection(request: Request, uid: UUID) -> FieldInspection:
    return identity.get_visible(FieldInspection.objects.with_names(), request.actor, "inspection", uid=uid)
