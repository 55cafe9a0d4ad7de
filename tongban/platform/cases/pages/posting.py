"""The applicant wants the result by post: where to, and where it is."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, signed_in
from tongban.platform.cases.models import Case
from tongban.platform.cases.pages.applicant import case_of, redirect_to
from tongban.platform.cases.services import posting
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import MAX_WAYBILL, Parcel
from tongban.platform.places import services as places


@dataclass(frozen=True)
class Posted:
    """place: the address that was chosen, ""; open: it can still be chosen; parcels: the newest first."""

    title: str
    place: str
    open: bool
    parcels: list[Parcel]


def posted(case: Case) -> Posted | None:
    """Return what is posted about a case, or will be; None where nothing is."""
    parcels = posting.parcels_of(case)
    wanted = posting.is_posted(case) and case.state in posting.OPEN
    if not wanted and not parcels:
        return None
    chosen = posting.destination_of(case)
    place = f"{places.full_name_of(chosen.area)}{chosen.street}" if chosen and chosen.chosen else ""
    newest = next((one for one in parcels if not one.inward), None)
    bound = newest is not None and newest.carrier != "" and newest.state not in {"returned", "lost"}
    return Posted(str(posting.title_of(case)) if wanted else "", place, wanted and not bound, parcels)


class SentForm(forms.Form):
    """What the applicant posted to the office."""

    carrier = forms.ChoiceField(label=gettext_lazy("By which carrier?"), widget=forms.RadioSelect)
    waybill = forms.CharField(
        label=gettext_lazy("Number on the waybill"), max_length=MAX_WAYBILL, cleaned=typed.compact
    )
    phone = forms.CharField(
        label=gettext_lazy("Sender's telephone on the waybill"),
        help_text=gettext_lazy("The carrier asks for it before it says where the parcel is."),
        max_length=20,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"inputmode": "tel"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [(one.key, one.title) for one in delivery.in_use()]  # type: ignore[attr-defined]


@signed_in
def sent(request: Request, uid: str) -> HttpResponse:
    """Write down the number of what one posted to the office."""
    case = case_of(request, uid)
    if not delivery.in_use() or case.state not in posting.OPEN_TO_PAPERS:
        return redirect_to(request, "follow", uid=uid)
    form = SentForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            made = posting.announce(actor=request.actor, case=case, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The number is noted. You and the office see here where the parcel is."))
            return redirect("hall:delivery:parcel", uid=made.uid)
    return render_page(request, "cases/sent.html", case=case, form=form, status=422 if form.errors else 200)


@signed_in
@require_POST
def choose(request: Request, uid: str) -> HttpResponse:
    """Lead to where the address is chosen."""
    case = case_of(request, uid)
    if not posting.is_posted(case) or case.state not in posting.OPEN:
        return redirect_to(request, "follow", uid=uid)
    destination = posting.expect_address(actor=request.actor, case=case)
    return redirect("hall:delivery:destination", uid=destination.uid)
