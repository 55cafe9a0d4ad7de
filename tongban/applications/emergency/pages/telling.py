"""Messages to the public: all media in one place."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyIncident, EmergencyMessage
from tongban.applications.emergency.pages import presenting
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.forms import refusals_on
from tongban.infrastructure.ui.views import Request, render_page, requires
from tongban.platform.identity import services as identity

COMMAND = "emergency.command"
MAX_SHOWN = 100
COLOURS = {"due": "yellow", "sent": "green", "rejected": "red", "held": "grey"}


class MessageForm(forms.Form):
    """What is told, through which medium."""

    medium = forms.ChoiceField(label=pgettext_lazy("emergency medium", "Medium"), widget=forms.RadioSelect)
    target = forms.CharField(
        label=gettext_lazy("Whom or where"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Mobile numbers with commas between them, or names of devices; empty: all devices."),
    )
    words = forms.CharField(
        label=gettext_lazy("What is told"), widget=forms.Textarea(attrs={"rows": 3}), max_length=200
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["medium"]
        field.choices = [
            (key, title if ready else _("%(medium)s (not connected here)") % {"medium": title})
            for key, (title, ready) in emergency.media().items()
        ]


@requires(COMMAND)
def telling(request: Request, uid: UUID) -> HttpResponse:
    """Show what the public was told, and tell more."""
    found = identity.get_visible(EmergencyIncident.objects.with_names(), request.actor, "incident", uid=uid)
    form = MessageForm(request.POST or None, initial={"key": ids.token(20)})
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            emergency.tell(actor=request.actor, incident=found, **form.cleaned_data)
        if form.is_valid():
            messages.success(request, _("The message was handed over."))
            return redirect("desk:emergency:telling", uid=uid)
    media = {key: title for key, (title, _ready) in emergency.media().items()}
    rows = EmergencyMessage.objects.of(found)[:MAX_SHOWN]
    return render_page(
        request,
        "emergency/telling.html",
        row=presenting.row(found),
        incident=found,
        form=None if found.ended_at else form,
        rows=[(one, media.get(one.medium, one.medium), COLOURS[one.state]) for one in rows],
        status=422 if form.errors else 200,
    )
