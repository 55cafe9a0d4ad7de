"""Keys of other systems, for whoever gives them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.module import StrOrPromise, citywide_duties, rooms
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Token


class Making(forms.Form):
    account = forms.ModelChoiceField(
        label=_("System"),
        empty_label=_("Choose"),
        help_text=_("An account for the system has to be opened first."),
        queryset=Account.objects.none(),
        to_field_name="login",
    )
    title = forms.CharField(label=_("What the key is for"), max_length=120)
    duties = forms.MultipleChoiceField(
        label=_("What the key may do"),
        help_text=_("Never more than the system's own positions allow. Public interfaces need no duty."),
        required=False,
        widget=forms.GroupedChoices,
    )
    days = forms.IntegerField(label=_("Valid for how many days"), min_value=1, max_value=1096, initial=365)

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"].queryset = Account.objects.systems()  # type: ignore[attr-defined]
        self.fields["duties"].choices = _duties(actor)  # type: ignore[attr-defined]


@never_cache
@requires("identity.manage_tokens")
def tokens(request: Request) -> HttpResponse:
    return _shown(request, Making(request.actor))


@never_cache
@requires("identity.manage_tokens")
def make(request: Request) -> HttpResponse:
    form = Making(request.actor, request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            token, text = identity.make_token(actor=request.actor, **form.cleaned_data)
    if form.is_valid():
        # Answered at once and not after a redirect: the key must be kept nowhere, not even in the session.
        return render_page(request, "identity/token.html", token=token, text=text)
    return _shown(request, form)


@requires("identity.manage_tokens")
def revoke(request: Request, uid: str) -> HttpResponse:
    if request.method == "POST":
        identity.revoke_token(actor=request.actor, uid=uid)
        messages.success(request, _("The key has been revoked."))
    return redirect("desk:identity:tokens")


def _shown(request: Request, form: Making) -> HttpResponse:
    pages = keyset_page(Token.objects.select_related("account"), request.GET, order=("-pk",), size=30)
    words = {duty: title for room in rooms() for duty, title in room.duties.items()}
    rows = [(token, [words.get(duty, duty) for duty in token.duties]) for token in pages]
    status = 422 if form.errors else 200
    return render_page(
        request, "identity/tokens.html", form=form, pages=pages, rows=rows, now=clock.now(), status=status
    )


def _duties(actor: Actor) -> list[tuple[StrOrPromise, list[tuple[str, StrOrPromise]]]]:
    """Return what a key may be allowed to do, room by room, the work of the offices first."""
    hidden = frozenset() if identity.manages_all(actor) else citywide_duties()
    offered = (
        (room.title, [(duty, title) for duty, title in room.duties.items() if duty not in hidden])
        for room in reversed(rooms())
    )
    return [(room, duties) for room, duties in offered if duties]


routes = [
    path("keys/", tokens, name="tokens"),
    path("keys/make/", make, name="make_token"),
    path("keys/<uuid:uid>/revoke/", revoke, name="revoke_token"),
]
