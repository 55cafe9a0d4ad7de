"""The forms by which something is reported, and what they make of it."""

from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.forms.widgets import ClearableFileInput
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from tongban.applications.streets import services as streets
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.storage import services as storage
from tongban.infrastructure.ui import forms
from tongban.platform.requests import services as requests

DEGREES = {"inputmode": "decimal", "autocomplete": "off"}


class PhotosInput(ClearableFileInput):
    """Several pictures at once; a phone offers its camera."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: MultiValueDict[str, UploadedFile], name: str) -> Any:
        return files.getlist(name) if hasattr(files, "getlist") else files.get(name)


class PhotosField(forms.FileField):
    """A list of uploads; what each is, `documents` finds out."""

    widget = PhotosInput

    def clean(self, data: Any, initial: Any = None) -> Any:
        found: Sequence[Any] = data if isinstance(data, list | tuple) else [data] if data else []
        if not found and self.required:
            raise forms.ValidationError(self.error_messages["required"])
        return list(found)


class WhereForm(forms.Form):
    """What it is and where: asked first, so that the same report is found before anything is written."""

    matter = forms.ChoiceField(label=pgettext_lazy("street", "What is it?"))
    latitude = forms.FloatField(
        label=pgettext_lazy("street", "Latitude"),
        min_value=-90,
        max_value=90,
        required=False,
        widget=forms.TextInput(attrs=DEGREES),
    )
    longitude = forms.FloatField(
        label=pgettext_lazy("street", "Longitude"),
        min_value=-180,
        max_value=180,
        required=False,
        widget=forms.TextInput(attrs=DEGREES),
    )
    area = forms.ChoiceField(
        label=gettext_lazy("District"), required=False, help_text=gettext_lazy("Only where there is no position.")
    )
    address = forms.CharField(
        label=gettext_lazy("Place in words"),
        help_text=gettext_lazy("Such as a street with a number, or beside what."),
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [("", _("Choose what it is")), *streets.choices()]
        self.fields["matter"].choices = kinds  # type: ignore[attr-defined]
        self.fields["area"].choices = [("", _("Choose a district")), *streets.districts()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        half = (found.get("latitude") is None) != (found.get("longitude") is None)
        if half and not {"latitude", "longitude"} & set(self.errors):
            self.add_error("latitude", _("A position has latitude and longitude."))
        placed = found.get("latitude") is not None
        if not (placed or half or (found.get("area") and found.get("address")) or self.errors):
            self.add_error("area", streets.NoPlace.message)
        return found

    @property
    def place(self) -> requests.RequestPlace:
        said = self.cleaned_data
        return requests.RequestPlace(said["area"], said["latitude"], said["longitude"], "WGS84", said["address"])


class StreetReportForm(WhereForm):
    """The whole report."""

    words = forms.CharField(
        label=gettext_lazy("What do you see?"),
        help_text=gettext_lazy("No names and no plates: this may be shown to everybody."),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=requests.MAX_WORDS,
    )
    component = forms.CharField(
        label=gettext_lazy("Code on the thing"),
        help_text=gettext_lazy("16 figures, where it bears any."),
        max_length=20,
        required=False,
        cleaned=typed.compact,
    )
    photos = PhotosField(
        label=pgettext_lazy("street", "Photographs"),
        help_text=gettext_lazy("JPG or PNG. Where they were taken is left out of what others see."),
        required=False,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs |= {"multiple": True, "accept": storage.choosable(("jpg", "png"))}

    def report(self, **more: Any) -> streets.StreetReport:
        """Return what was said, as the verb takes it."""
        said = self.cleaned_data
        return streets.StreetReport(
            matter=said["matter"],
            words=said["words"],
            place=self.place,
            component=said["component"],
            key=str(said["key"]),
            **more,
        )


class PublicReportForm(StreetReportForm):
    """The report of somebody in the street."""

    anonymous = forms.BooleanField(
        label=gettext_lazy("Send it without my name; I follow it by its code"), required=False
    )
    public = forms.BooleanField(label=gettext_lazy("Others may see that it was reported"), required=False, initial=True)
    phone = forms.CharField(
        label=gettext_lazy("Your telephone, for questions about the place"),
        max_length=30,
        required=False,
        cleaned=typed.compact,
    )


class CollectorForm(StreetReportForm):
    """The report of a collector: with a photograph; when it was seen, the phone says."""

    seen_at = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["photos"].required = True
