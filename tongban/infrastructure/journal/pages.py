"""The operator's journal: who did what, when, on whose behalf, with which reason; and whether that is proven."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import ActorKind, Fact, FactQuerySet, moments_of
from tongban.infrastructure.kernel import subjects
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.infrastructure.telemetry.rules import network_of, without_personal_data
from tongban.infrastructure.ui import csv_files, forms
from tongban.infrastructure.ui.rules import masked
from tongban.infrastructure.ui.views import Request, render_page, requires


class FactSearchForm(forms.Form):
    """What the reader looks for; everything empty asks for all."""

    subject = forms.CharField(
        label=_("Concerning"),
        required=False,
        max_length=80,
        help_text=_("A case number, or a subject such as licence:12."),
    )
    actor = forms.CharField(label=_("Who"), required=False, max_length=120, help_text=_("The full name."))
    name = forms.CharField(
        label=_("What"),
        required=False,
        max_length=80,
        widget=forms.Select(choices=lambda: [("", _("All events")), *journal.event_choices()]),  # type: ignore[arg-type]
    )
    day = forms.DateField(
        label=_("Day"),
        required=False,
        # Nothing is older or newer, and the first and last days of the calendar have no neighbours to compare with.
        validators=[MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31))],
    )

    def clean_subject(self) -> str:
        asked = str(self.cleaned_data["subject"])
        return subjects.resolve(asked) if asked and ":" not in asked else asked

    def asked(self) -> dict[str, Any]:
        return {**self.cleaned_data, "day": self.cleaned_data["day"] or None}

    def in_words(self) -> dict[str, str]:
        day: date | None = self.cleaned_data["day"]
        return {**self.cleaned_data, "day": day.isoformat() if day else ""}


class ExportForm(forms.Form):
    """What a copy is taken for."""

    purpose = forms.CharField(
        label=_("What do you need the export for?"),
        help_text=_("Name the matter or the audit. It is recorded in the journal with your name."),
        max_length=200,
    )


@dataclass(frozen=True)
class FactRow:
    """One fact as people read it."""

    fact: Fact
    what: StrOrPromise
    about: str
    on_behalf: str


@requires("journal.read")
def listed(request: Request) -> HttpResponse:
    form = FactSearchForm(request.GET)
    asked = form.asked() if form.is_valid() else {}
    day = asked.pop("day", None)
    rows: FactQuerySet = Fact.objects.visible_to(request.actor)
    rows = rows.matching(**asked) if form.is_valid() else rows.none()
    found = keyset_page(rows, request.GET, order=("-at", "-id"), size=50, within=moments_of(day) if day else None)
    if form.is_valid():
        journal.record_access(actor=request.actor, question=form.in_words())
    return render_page(
        request,
        "journal/list.html",
        form=form,
        searched=bool(form.errors) or any(form.cleaned_data.values()),
        pages=found,
        rows=fact_rows(found.rows),
        seal=journal.seal_state(),
        query=request.GET.urlencode(),
    )


@requires("journal.read")
def one(request: Request, uid: str) -> HttpResponse:
    fact = Fact.objects.visible_to(request.actor).filter(uid=uid).select_related("batch").first()
    if fact is None:
        raise NotFound()
    question = {"subject": fact.subject, "actor": "", "name": fact.name, "day": ""}
    journal.record_access(actor=request.actor, question=question)
    return render_page(
        request,
        "journal/one.html",
        row=fact_rows([fact])[0],
        data=json.dumps(fact.data, ensure_ascii=False, indent=2),
        seal_status=journal.seal_status(fact),
    )


@requires("journal.read")
def exported(request: Request) -> HttpResponse:
    """Ask what for, then send what the search on the list page finds as a table."""
    question = FactSearchForm(request.GET)
    if not question.is_valid():
        return listed(request)
    form = ExportForm(request.POST or None)
    if not form.is_valid():
        asked = [(field.label, question.in_words()[field.name]) for field in question]
        status = 422 if form.errors else 200
        return render_page(request, "journal/export.html", form=form, asked=asked, status=status)
    facts: FactQuerySet = Fact.objects.visible_to(request.actor)
    journal.record_export(actor=request.actor, question=question.in_words(), purpose=form.cleaned_data["purpose"])
    return csv_files.csv_response("journal.csv", _rows(facts.matching(**question.asked())))  # type: ignore[return-value]


def fact_rows(facts: Sequence[Fact]) -> list[FactRow]:
    """Put facts into words."""
    known = subjects.describe([*(fact.subject for fact in facts), *(f"party:{fact.on_behalf}" for fact in facts)])
    return [
        FactRow(fact, journal.title_of(fact.name), known.get(fact.subject, fact.subject), _party(fact.on_behalf, known))
        for fact in facts
    ]


def _party(number: int | None, known: Mapping[str, str]) -> str:
    return str(known.get(f"party:{number}", _("party %(number)s") % {"number": number})) if number else ""


def _rows(found: FactQuerySet) -> Iterator[list[Any]]:
    yield [
        "id",
        "at",
        "name",
        "subject",
        "actor",
        "kind",
        "account",
        "on_behalf",
        "channel",
        "address",
        "reason",
        "data",
    ]
    for chunk in found.walk():
        for fact in chunk:
            yield _cells(fact)


def _cells(fact: Fact) -> list[Any]:
    """Return a fact as a row: officials by name, for they act in office; of people no more than is needed."""
    person = fact.actor_kind == ActorKind.PERSON
    return [
        str(fact.uid),
        timezone.localtime(fact.at).isoformat(),
        fact.name,
        fact.subject,
        masked(fact.actor) if person else fact.actor,
        fact.actor_kind,
        fact.account,
        fact.on_behalf,
        fact.channel,
        network_of(fact.address) if person else fact.address,
        without_personal_data(fact.reason),
        without_personal_data(json.dumps(fact.data, ensure_ascii=False)),
    ]


desk = [
    path("", listed, name="list"),
    path("export/", exported, name="export"),
    path("<uuid:uid>/", one, name="one"),
]
