"""Rating one's case, the figures for everyone, and the desk's low grades."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications.ratings import rules
from tongban.applications.ratings import services as ratings
from tongban.applications.ratings.models import FollowUp, Rating, Tally
from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.wording import worded
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, public, render_page, requires, signed_in
from tongban.platform.identity import services as identity
from tongban.platform.parties import services as parties


class RatingForm(forms.Form):
    """One grade; nothing is chosen beforehand."""

    grade = forms.ChoiceField(label=gettext_lazy("How satisfied are you?"), widget=forms.RadioSelect)
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("What went wrong?"),
        help_text=gettext_lazy("Only if you are not satisfied. Tick all that apply."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    words = forms.CharField(
        label=gettext_lazy("In your own words"),
        help_text=gettext_lazy(
            "The department sees this together with your case number, from which it can tell who you are."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=500,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["grade"].choices = [(code, ratings.graded(name, stars)) for code, name, stars in ratings.grades()]  # type: ignore[attr-defined]
        self.fields["reasons"].choices = list(ratings.terms().reasons.items())  # type: ignore[attr-defined]


class MeasuresForm(forms.Form):
    measures = forms.CharField(
        label=gettext_lazy("What did you find, and what was done about it?"),
        help_text=gettext_lazy("The person who gave the rating will read this."),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=2000,
    )


class FigureCard(NamedTuple):
    """The ratings of one department; good_percent: None where nobody rated."""

    key: str
    name: str
    counts: dict[str, int]
    good_percent: Decimal | None


@public
def figures(request: Request) -> HttpResponse:
    """Show how many rated, and how. Nobody's name, no single rating."""
    tallies, chosen = Tally.objects.with_names(), request.GET.get("department", "")
    pages = keyset_page(tallies.of(chosen) if chosen else tallies, request.GET, order=("-given", "-pk"))
    departments = [
        FigureCard(row["department__key"], _title(row), row, rules.good_percent(row["good"], row["given"]))
        for row in Tally.objects.by_department()
    ]
    return render_page(request, "ratings/figures.html", departments=departments, pages=pages, chosen=chosen)


@signed_in
def rate(request: Request, uid: UUID) -> HttpResponse:
    rating = _rating_of(request, uid)
    form = RatingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ratings.rate(actor=request.actor, rating=rating, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Thank you. Your rating has been saved."))
            return redirect("hall:ratings:rate", uid=uid)
    return render_page(
        request,
        "ratings/rate.html",
        rating=rating,
        form=form,
        open=not rating.grade and clock.today() <= rating.closes_on,
        said=_rating_words(rating),
        follow_up=FollowUp.objects.for_rating(rating),
        status=422 if form.errors else 200,
    )


def _title(row: Mapping[str, Any]) -> str:
    return worded(str(row["department__name"]), str(row["department__english"]))


def _rating_of(request: Request, uid: UUID) -> Rating:
    """Return a rating of whom one acts for; where one may act for its party, but does not now, one does from now on."""
    rating: Rating | None = Rating.objects.visible_to(request.actor).with_matter().filter(uid=uid).first()
    if rating is not None:
        return rating
    names = {name.party.pk: name for name in parties.representations(request.actor)}
    rating = Rating.objects.of_parties(names).with_matter().filter(uid=uid).first()
    rating = identity.must_find(rating, request.actor, "rating", uid)
    if not names[rating.party_id].covers(rating.service.code):
        raise identity.not_found(request.actor, "rating", uid)
    party = names[rating.party_id].party
    request.actor = parties.switch(actor=request.actor, session=request.session, party=party)
    messages.info(request, parties.acting_message(request.actor))
    return rating


@requires("ratings.follow_up")
def follow_ups(request: Request) -> HttpResponse:
    answered = request.GET.get("answered") == "1"
    seen = [part.with_matter() for part in FollowUp.objects.parts_for(request.actor)]
    if answered:
        rows, order = [part.answered() for part in seen], ("-answered_on", "-pk")
    else:
        rows, order = [part.open() for part in seen], ("due_on", "pk")
    pages = keyset_page(rows, request.GET, order=order, not_null=("answered_on",))
    return render_page(request, "ratings/follow_ups.html", pages=pages, answered=answered, today=clock.today())


@requires("ratings.follow_up")
def answer(request: Request, uid: UUID) -> HttpResponse:
    follow_up = identity.get_visible(FollowUp.objects.with_matter(), request.actor, "follow-up", uid=uid)
    form = MeasuresForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            ratings.answer(actor=request.actor, follow_up=follow_up, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("Answered. The person has been notified."))
            return redirect("desk:ratings:follow_ups")
    return render_page(
        request,
        "ratings/answer.html",
        follow_up=follow_up,
        said=_rating_words(follow_up.rating),
        form=form,
        today=clock.today(),
        status=422 if form.errors else 200,
    )


def _rating_words(rating: Rating) -> list[tuple[str, str]]:
    """Return what was said, in words: grade, reasons, own words."""
    if rating.rated_on is None:
        return []
    known = ratings.terms(rating.rated_on).reasons
    rows = [
        (_("Grade"), ratings.grade_of(rating)),
        (_("Reasons"), "\n".join(known[key] for key in rating.reasons)),
        (_("In their own words"), rating.words),
    ]
    return [(label, text) for label, text in rows if text]


hall = [
    path("", figures, name="figures"),
    path("<uuid:uid>/", rate, name="rate"),
]
desk = [
    path("", follow_ups, name="follow_ups"),
    path("<uuid:uid>/", answer, name="answer"),
]
