"""Systems outside that may send alarms: proposed, approved by somebody else, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from tongban.applications.safecity import services as safecity
from tongban.applications.safecity.models import OutsideSource
from tongban.applications.safecity.pages.choosing import departments
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals, refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department

OUTSIDE = "safecity.outside"


class OutsideSourceForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name of the system"), max_length=120)
    operator = forms.CharField(label=pgettext_lazy("safety", "Run by"), max_length=120)
    department = forms.ModelChoiceField(
        label=gettext_lazy("Department in charge"), queryset=Department.objects.none(), to_field_name="key"
    )
    purpose = forms.CharField(label=gettext_lazy("What its alarms are for"), max_length=200)
    legal_basis = forms.CharField(label=pgettext_lazy("safety", "Legal basis"), max_length=200)
    client = forms.CharField(label=gettext_lazy("Login name of the account whose key it uses"), max_length=60)
    keep_days = forms.IntegerField(label=gettext_lazy("Content is kept for (days)"), min_value=1, initial=7)
    valid_from = forms.DateField(label=pgettext_lazy("term", "First day"))
    valid_until = forms.DateField(label=pgettext_lazy("term", "Last day"))

    def __init__(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments(request.actor, OUTSIDE)  # type: ignore[attr-defined]


@requires(OUTSIDE)
def sources(request: Request) -> HttpResponse:
    parts = [part.with_names() for part in OutsideSource.objects.listed(request.actor)]
    pages = keyset_page(parts, request.GET, order=("name", "pk"))
    today = clock.today()
    rows = [(row, row.in_force(today)) for row in pages.rows]
    return render_page(request, "safecity/sources.html", pages=pages, rows=rows)


@requires(OUTSIDE)
def source(request: Request, uid: UUID) -> HttpResponse:
    """Show a source; let somebody other than who proposed it approve it."""
    return _page(request, _source(request, uid))


@requires(OUTSIDE)
def add_source(request: Request) -> HttpResponse:
    form = OutsideSourceForm(request, request.POST or None, initial={"valid_from": clock.today()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with refusals_on(form):
            entry = safecity.SourceEntry(**given, area=given["department"].area)
            found = safecity.propose_source(actor=request.actor, entry=entry)
        if form.is_valid():
            messages.success(request, _("Proposed. Somebody else has to approve it before it may send anything."))
            return redirect("desk:safecity:source", uid=found.uid)
    return render_page(request, "safecity/add_source.html", form=form, status=422 if form.errors else 200)


@require_POST
@requires(OUTSIDE)
def approve_source(request: Request, uid: UUID) -> HttpResponse:
    found = _source(request, uid)
    with refusals(403) as refused:
        safecity.approve_source(actor=request.actor, source=found)
    if refused.refusal:
        return _page(request, found, wrong={"": [str(refused.refusal)]}, status=refused.refusal.status)
    messages.success(request, _("Approved until its last day."))
    return redirect("desk:safecity:source", uid=uid)


@require_POST
@requires(OUTSIDE)
def end_source(request: Request, uid: UUID) -> HttpResponse:
    safecity.end_source(actor=request.actor, source=_source(request, uid))
    messages.success(request, _("No alarm of this source is taken any more."))
    return redirect("desk:safecity:source", uid=uid)


def _page(
    request: Request, found: OutsideSource, *, wrong: dict[str, list[str]] | None = None, status: int = 200
) -> HttpResponse:
    return render_page(
        request,
        "safecity/source.html",
        source=found,
        in_force=found.in_force(clock.today()),
        may_approve=not found.approved_at and not found.ended_on and found.proposed_by_id != request.actor.account,
        wrong=wrong,
        status=status,
    )


def _source(request: Request, uid: UUID) -> OutsideSource:
    return identity.get_visible(OutsideSource.objects.with_names(), request.actor, "source", uid=uid)
