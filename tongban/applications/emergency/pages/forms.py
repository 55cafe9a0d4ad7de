"""What is asked at the desk of emergency command."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyLevel, WarningColour
from tongban.applications.emergency.models.incidents import MAX_ADDRESS, MAX_WORDS
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.platform.places import services as places

LINES = {"rows": 3}


class CallForm(forms.Form):
    """What a caller says."""

    channel = forms.ChoiceField(label=gettext_lazy("How the call came in"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of incident"))
    words = forms.CharField(
        label=gettext_lazy("What the caller says"), widget=forms.Textarea(attrs=LINES), max_length=MAX_WORDS
    )
    address = forms.CharField(
        label=gettext_lazy("Where it happens"),
        max_length=MAX_ADDRESS,
        required=False,
        help_text=gettext_lazy("An address, a road, a landmark. Or click the place on the map."),
    )
    latitude = forms.FloatField(label=gettext_lazy("Latitude of the place"), required=False)
    longitude = forms.FloatField(label=gettext_lazy("Longitude of the place"), required=False)
    level = forms.ChoiceField(label=pgettext_lazy("emergency", "Level"), required=False)
    caller_phone = forms.CharField(
        label=gettext_lazy("Number of the caller"), max_length=24, required=False, cleaned=typed.compact
    )
    caller_name = forms.CharField(label=gettext_lazy("Name of the caller"), max_length=80, required=False)
    drill = forms.BooleanField(
        label=pgettext_lazy("emergency", "This is a drill"),
        required=False,
        help_text=gettext_lazy("Everything that follows is marked as a drill, and nothing of it leaves the house."),
    )
    key = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {
            "channel": list(emergency.channels().items()),
            "kind": [("", pgettext_lazy("kind of incident", "Choose")), *emergency.kind_choices()],
            "level": [("", gettext_lazy("As the kind usually is")), *EmergencyLevel.choices],
        }
        for name, choices in chosen.items():
            field: Any = self.fields[name]
            field.choices = choices


class IncidentWordsForm(forms.Form):
    """A step that wants words."""

    words = forms.CharField(
        label=pgettext_lazy("emergency log", "Remark"), widget=forms.Textarea(attrs=LINES), max_length=1000
    )


class IncidentReasonForm(forms.Form):
    """Why an action is left out."""

    words = forms.CharField(
        label=gettext_lazy("Why is it left out?"), widget=forms.Textarea(attrs=LINES), max_length=500
    )


class LevelForm(forms.Form):
    """Another level."""

    level = forms.ChoiceField(label=gettext_lazy("New level"), choices=EmergencyLevel.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=gettext_lazy("Why the level changes"), widget=forms.Textarea(attrs=LINES), max_length=500
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ResponseForm(forms.Form):
    """What article 72 of the law asks of a response."""

    response = forms.ChoiceField(
        label=gettext_lazy("Level of the response"),
        choices=[
            ("4", pgettext_lazy("emergency", "level IV")),
            ("3", pgettext_lazy("emergency", "level III")),
            ("2", pgettext_lazy("emergency", "level II")),
            ("1", pgettext_lazy("emergency", "level I")),
        ],
        widget=forms.RadioSelect,
    )
    measures = forms.CharField(
        label=gettext_lazy("Measures that are taken"), widget=forms.Textarea(attrs=LINES), max_length=500
    )
    hours = forms.IntegerField(label=gettext_lazy("Expected to last, in hours"), min_value=1, max_value=720)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ControlledForm(forms.Form):
    """The incident is under control."""

    words = forms.CharField(label=gettext_lazy("How things stand"), widget=forms.Textarea(attrs=LINES), max_length=500)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CloseIncidentForm(forms.Form):
    """The closing report."""

    false_alarm = forms.BooleanField(label=gettext_lazy("It was a false alarm"), required=False)
    dead = forms.IntegerField(label=gettext_lazy("People who died"), min_value=0, max_value=100_000, initial=0)
    injured = forms.IntegerField(label=gettext_lazy("People injured"), min_value=0, max_value=1_000_000, initial=0)
    evacuated = forms.IntegerField(
        label=gettext_lazy("People moved to safety"), min_value=0, max_value=10_000_000, initial=0
    )
    report = forms.CharField(
        label=pgettext_lazy("emergency", "Report"),
        widget=forms.Textarea(attrs={"rows": 8}),
        max_length=4000,
        help_text=gettext_lazy("What happened, what was done, what is to be learnt."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class CallersForm(forms.Form):
    """What the callers are needed for."""

    purpose = forms.CharField(
        label=gettext_lazy("What do you need the callers for?"),
        max_length=200,
        help_text=gettext_lazy("It is recorded together with your name."),
    )


class AnswerWarningForm(forms.Form):
    """What kind of incident another office warns of."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of incident"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = [("", pgettext_lazy("kind of incident", "Choose")), *emergency.kind_choices()]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class WarningForm(forms.Form):
    """What article 64 of the law asks of a warning."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind of incident"))
    colour = forms.ChoiceField(
        label=gettext_lazy("Colour of the warning"), choices=WarningColour.choices, widget=forms.RadioSelect
    )
    headline = forms.CharField(label=pgettext_lazy("emergency warning", "Headline"), max_length=200)
    description = forms.CharField(
        label=gettext_lazy("What happens, and what it may reach"),
        widget=forms.Textarea(attrs=LINES),
        max_length=2000,
    )
    instruction = forms.CharField(
        label=gettext_lazy("What people should do"), widget=forms.Textarea(attrs=LINES), max_length=2000
    )
    areas = forms.MultipleChoiceField(
        label=gettext_lazy("For which areas"), widget=forms.CheckboxSelectMultiple, required=False
    )
    radius_km = forms.FloatField(
        label=gettext_lazy("Or round the incident, radius in km"), min_value=0.1, max_value=500, required=False
    )
    hours = forms.IntegerField(label=gettext_lazy("Holds for so many hours"), min_value=1, max_value=240)
    drill = forms.BooleanField(label=pgettext_lazy("emergency", "This is a drill"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: dict[str, Any] = {"kind": emergency.kind_choices(), "areas": places.choices()}
        for name, choices in chosen.items():
            field: Any = self.fields[name]
            field.choices = choices

    def clean_areas(self) -> tuple[str, ...]:
        return tuple(self.cleaned_data["areas"])


class LiftForm(forms.Form):
    """Why a warning is lifted."""

    reason = forms.CharField(label=gettext_lazy("Why it is lifted"), widget=forms.Textarea(attrs=LINES), max_length=500)
