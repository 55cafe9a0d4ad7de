"""The desk takes in licences of an older system: first as a trial, then for good, with a report row by row."""

from collections import Counter

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.licences import services as licences

MAX_BYTES = 20 * 1024 * 1024
MAX_SHOWN = 200
OUTCOMES = {"taken": ("green", _("taken in")), "known": ("grey", _("there already")), "wrong": ("red", _("not taken"))}
TRIED = {**OUTCOMES, "taken": ("green", _("can be taken in"))}


class ImportForm(forms.Form):
    """A file of licences, and where it comes from."""

    file = forms.FileField(
        label=_("File with the licences"),
        help_text=_("Excel (.xlsx, first sheet, headings in the first row) or JSON, at most 20 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.json,.jsonl"}),
    )
    system = forms.CharField(
        label=_("Which older system they come from"),
        help_text=_("For instance: 市场监管许可系统 2.0. Everyone who verifies one of them reads it."),
        max_length=60,
    )
    for_good = forms.BooleanField(
        label=_("Import for good"),
        help_text=_("Without it nothing is changed: the report says what would happen."),
        required=False,
    )


@requires("licences.record")
def take_in(request: Request) -> HttpResponse:
    """Try or take in a file, and show what became of each row."""
    form = ImportForm(request.POST or None, request.FILES or None)
    found: list[licences.ImportedRow] = []
    if form.is_valid():
        said = form.cleaned_data
        with refusals_on(form):
            found = licences.import_licences(
                actor=request.actor,
                rows=licences.read_table(said["file"].read(MAX_BYTES + 1)[: MAX_BYTES + 1]),
                system=said["system"],
                dry_run=not said["for_good"],
            )
    words = OUTCOMES if form.is_bound and not form.errors and form.cleaned_data["for_good"] else TRIED
    counted = Counter(one.outcome for one in found)
    told = [one for one in found if one.outcome == "wrong" or one.remarks]
    return render_page(
        request,
        "licences/import.html",
        status=422 if form.errors else 200,
        form=form,
        report=bool(found),
        for_good=words is OUTCOMES,
        counts=[(*words[outcome], counted[outcome]) for outcome in words],
        rows=[(one, *words[one.outcome]) for one in told[:MAX_SHOWN]],
        more=max(0, len(told) - MAX_SHOWN),
    )
