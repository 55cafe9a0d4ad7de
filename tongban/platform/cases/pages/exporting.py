"""A copy of a list of cases: what for is asked first, and it is written down."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.infrastructure.ui import csv_files, forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import CaseRow
from tongban.platform.cases.pages import narrowing, presenting


class ExportPurposeForm(forms.Form):
    purpose = forms.CharField(
        label=gettext_lazy("What do you need the export for?"),
        help_text=gettext_lazy("Name the matter or the audit. It is recorded in the journal with your name."),
        max_length=200,
    )


@requires("cases.read")
def export(request: Request) -> HttpResponse:
    """Ask what for, then send the list as it is narrowed, with what its page shows of each case."""
    filters = narrowing.of_cases(request)
    form = ExportPurposeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            found = cases.exported(
                actor=request.actor,
                purpose=form.cleaned_data["purpose"],
                asked=filters.values,
                text=filters.text,
                only=filters.only(),
            )
            return csv_files.csv_response("cases.csv", _rows(found))  # type: ignore[return-value]
    status = 422 if form.errors else 200
    return render_page(request, "cases/office/export.html", form=form, filters=filters, status=status)


def _rows(found: Iterable[CaseRow]) -> Iterator[Sequence[Any]]:
    yield [
        _("Light"),
        _("Case number"),
        _("Service"),
        _("Applicant"),
        _("State"),
        _("Submitted"),
        _("Time limit"),
    ]
    for line in presenting.list_items(found):
        case = line.case
        yield [
            line.light.word,
            case.number,
            case.service_name,
            case.applicant_name,
            line.state,
            line.handed_in,
            line.due,
        ]
