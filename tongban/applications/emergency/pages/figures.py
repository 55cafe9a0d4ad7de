"""After-action figures."""

from calendar import monthrange
from datetime import date

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from tongban.applications.emergency import services as emergency
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.views import Request, render_page, requires


class EmergencyMonthForm(forms.Form):
    """Which month, of drills or of what was real."""

    month = forms.RegexField(r"[0-9]{4}-(0[1-9]|1[0-2])", label=gettext_lazy("Month, as 2026-03"), required=False)
    drill = forms.BooleanField(label=gettext_lazy("Drills only"), required=False)


@requires("emergency.command")
def figures(request: Request) -> HttpResponse:
    """Show the figures of a month, drills apart."""
    form = EmergencyMonthForm(request.GET or None)
    said = form.cleaned_data if form.is_valid() else {}
    first = date.fromisoformat(f"{said['month']}-01") if said.get("month") else clock.today().replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    drill = bool(said.get("drill"))
    rows = emergency.figures(actor=request.actor, first=first, last=last, drill=drill)
    return render_page(
        request,
        "emergency/figures.html",
        form=form,
        rows=[(row, emergency.kind_name(row.kind) if row.kind else "") for row in rows],
        month=f"{first:%Y-%m}",
        drill=drill,
        status=422 if form.errors else 200,
    )
