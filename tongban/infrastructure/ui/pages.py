"""The design system's own pages: every component, and the two switches of the reader."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.context import CARE_COOKIE
from tongban.infrastructure.ui.doors import Request, page, public
from tongban.infrastructure.ui.icons import ICONS
from tongban.infrastructure.ui.paging import Page

YEAR_SECONDS = 365 * 24 * 3600


class Specimen(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label=_("Full name"), max_length=40, help_text=_("As on your identity card."))
    email = forms.EmailField(label=_("E-mail"), required=False)
    born_on = forms.DateField(label=_("Date of birth"), widget=forms.DateInput({"type": "date"}))
    area = forms.ChoiceField(
        label=_("District"), choices=[("", "—"), ("990102", "临湖区"), ("990103", "青石区")], required=False
    )
    way = forms.ChoiceField(
        label=_("How do you want the result?"),
        choices=[("online", _("Online only")), ("post", _("By post")), ("counter", _("At the counter"))],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=_("What do you sell?"),
        choices=[("hot", _("Hot food")), ("cold", _("Cold food")), ("drinks", _("Drinks made on the spot"))],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remark = forms.CharField(label=_("Anything else"), widget=forms.Textarea({"rows": 4}), required=False)
    plan = forms.FileField(label=_("Floor plan"), help_text=_("PDF or PNG, 10 MB at most."), required=False)
    declared = forms.BooleanField(label=_("What I have said is true."))

    def clean(self) -> dict[str, Any]:
        raise ValidationError(_("This form is a specimen; it is never accepted."))


@public
def components(request: Request) -> HttpResponse:
    """Show every component in every state."""
    today = clock.today()
    wrong = Specimen({"name": "", "email": "lin", "born_on": "2026-02-30", "way": "online"})
    return page(
        request,
        "ui/components.html",
        empty_form=Specimen(auto_id="empty_%s"),
        wrong_form=wrong,
        now=clock.now(),
        today=today,
        tomorrow=today + timedelta(days=1),
        yesterday=today - timedelta(days=1),
        pages=Page([], next="after=b", previous="before=a"),
        icons=list(ICONS),
        rows=[
            (_("Applicant"), "云泽市禾香餐饮有限公司"),
            (_("Unified social credit code"), "91990102MA00000000"),
            (_("Address"), "云泽市临湖区荷塘路 18 号"),
        ],
        entries=[
            {"at": clock.now() - timedelta(days=2), "title": _("Submitted"), "text": "", "who": "周文博"},
            {"at": clock.now() - timedelta(days=1), "title": _("Accepted"), "text": "受理通知书", "who": "陈静"},
            {"title": _("Being reviewed"), "text": _("Nothing is expected of you."), "state": "now"},
            {"title": _("Decision"), "state": "ahead"},
        ],
    )


@public
@never_cache
def language(request: Request) -> HttpResponse:
    """Remember the reader's language and go back."""
    response = _back(request)
    chosen = request.GET.get("to", "")
    if chosen in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


@public
@never_cache
def care(request: Request) -> HttpResponse:
    """Turn the care edition on or off and go back."""
    response = _back(request)
    if request.GET.get("to") == "on":
        _remember(response, CARE_COOKIE, "1")
    else:
        response.delete_cookie(CARE_COOKIE, samesite="Lax")
    return response


def _back(request: Request) -> HttpResponse:
    target = request.GET.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(target if ours else "/")


def _remember(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=YEAR_SECONDS, secure=settings.SECURE, httponly=True, samesite="Lax")


hall = [
    path("components/", components, name="components"),
    path("language/", language, name="language"),
    path("care/", care, name="care"),
]
