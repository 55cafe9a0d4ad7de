"""What people write down about addresses and parcels."""

from typing import Any

from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui import forms
from tongban.platform.delivery import services as delivery
from tongban.platform.delivery.models import MAX_RECIPIENT, MAX_STREET, MAX_WAYBILL, Destination
from tongban.platform.places import services as places


class AddressForm(forms.Form):
    """Whom and where."""

    recipient = forms.CharField(
        label=pgettext_lazy("parcel", "Recipient"),
        max_length=MAX_RECIPIENT,
        cleaned=typed.name,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.CharField(
        label=gettext_lazy("Telephone for the courier"),
        max_length=20,
        cleaned=typed.compact,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    area = forms.ChoiceField(label=gettext_lazy("City and district"))
    street = forms.CharField(
        label=gettext_lazy("Street, house number, room"),
        max_length=MAX_STREET,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].choices = [("", pgettext("area", "Choose …")), *places.choices()]  # type: ignore[attr-defined]

    @property
    def line(self) -> delivery.AddressLine:
        said = self.cleaned_data
        return delivery.AddressLine(said["recipient"], said["phone"], said["area"], said["street"])


class DestinationForm(AddressForm):
    """Another address than those of the address book."""

    keep = forms.BooleanField(label=gettext_lazy("Keep it in my address book"), required=False)

    def __init__(self, *args: Any, may_keep: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_keep:
            del self.fields["keep"]


class BookForm(forms.Form):
    """Which carrier is ordered."""

    carrier = forms.ChoiceField(label=gettext_lazy("Carrier"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"].choices = [(one.key, one.title) for one in delivery.in_use()]  # type: ignore[attr-defined]


class SlipForm(forms.Form):
    """What was handed in at the carrier's own counter."""

    carrier = forms.ChoiceField(
        label=gettext_lazy("Carrier"), widget=forms.RadioSelect, choices=list(delivery.TITLES.items())
    )
    waybill = forms.CharField(label=gettext_lazy("Waybill number"), max_length=MAX_WAYBILL, cleaned=typed.compact)


class LossForm(forms.Form):
    """What is known of the loss."""

    reason = forms.CharField(
        label=gettext_lazy("What the carrier said, and when"), max_length=200, widget=forms.Textarea(attrs={"rows": 3})
    )


class SearchForm(forms.Form):
    """A waybill number, or the number of a matter."""

    q = forms.CharField(
        label=gettext_lazy("Waybill number or case number"), max_length=60, required=False, cleaned=typed.compact
    )


def first(destination: Destination) -> dict[str, str]:
    """Return what a form begins with: what was chosen, as far as it is an address."""
    return {name: getattr(destination, name) for name in ("recipient", "phone", "area", "street")}
