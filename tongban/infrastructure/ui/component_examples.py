"""What the page of components shows: one of each, in every state."""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from tongban.infrastructure.database.paging import Page
from tongban.infrastructure.ui import forms
from tongban.infrastructure.ui.icons import ICONS


class ExampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(
        label=pgettext_lazy("specimen", "Full name"),
        max_length=40,
        help_text=pgettext_lazy("specimen", "As on your identity card."),
    )
    email = forms.EmailField(label=pgettext_lazy("specimen", "E-mail"), required=False)
    born_on = forms.DateField(label=pgettext_lazy("specimen", "Date of birth"))
    area = forms.ChoiceField(
        label=pgettext_lazy("specimen", "District"),
        choices=[("", "—"), ("990102", "临湖区"), ("990103", "青石区")],
        required=False,
    )
    way = forms.ChoiceField(
        label=pgettext_lazy("specimen", "How do you want the result?"),
        choices=[
            ("online", pgettext_lazy("specimen", "Online only")),
            ("post", pgettext_lazy("specimen", "By post")),
            ("window", pgettext_lazy("specimen", "At the counter")),
        ],
        widget=forms.RadioSelect,
    )
    topics = forms.MultipleChoiceField(
        label=pgettext_lazy("specimen", "What do you sell?"),
        choices=[
            ("hot", pgettext_lazy("specimen", "Hot food")),
            ("cold", pgettext_lazy("specimen", "Cold food")),
            ("drinks", pgettext_lazy("specimen", "Drinks made on the spot")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    remark = forms.CharField(
        label=pgettext_lazy("specimen", "Anything else"), widget=forms.Textarea({"rows": 4}), required=False
    )
    plan = forms.FileField(
        label=pgettext_lazy("specimen", "Floor plan"),
        help_text=pgettext_lazy("specimen", "PDF or PNG, 10 MB at most."),
        required=False,
    )
    declared = forms.BooleanField(label=pgettext_lazy("specimen", "What I have said is true."))

    def clean(self) -> dict[str, Any]:
        raise ValidationError(pgettext_lazy("specimen", "This form is a specimen; it is never accepted."))


def component_examples(now: datetime) -> dict[str, Any]:
    """Return what the templates of components are called with."""
    today = timezone.localtime(now).date()
    return {
        "empty_form": ExampleForm(auto_id="empty_%s"),
        "wrong_form": ExampleForm({"name": "", "email": "lin", "born_on": "30 February", "way": "online"}),
        "now": now,
        "today": today,
        "tomorrow": today + timedelta(days=1),
        "yesterday": today - timedelta(days=1),
        "pages": Page([], next="after=b", previous="before=a"),
        "icons": list(ICONS),
        "rows": [
            (pgettext_lazy("specimen", "Applicant"), "云泽市禾香餐饮有限公司"),
            (pgettext_lazy("specimen", "Unified social credit code"), "91990102MA00000000"),
            (pgettext_lazy("specimen", "Address"), "云泽市临湖区荷塘路 18 号"),
        ],
        "entries": [
            {"at": now - timedelta(days=2), "title": pgettext_lazy("specimen", "Submitted"), "who": "周文博"},
            {
                "at": now - timedelta(days=1),
                "title": pgettext_lazy("specimen", "Accepted"),
                "text": "受理通知书",
                "who": "陈静",
            },
            {
                "title": pgettext_lazy("specimen", "Being reviewed"),
                "text": pgettext_lazy("specimen", "You need not do anything."),
                "state": "now",
            },
            {"title": pgettext_lazy("specimen", "Decision"), "state": "ahead"},
        ],
    }
