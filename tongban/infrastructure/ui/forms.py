"""Django's forms, with text fields that clean what was typed as every other door does; see `kernel.text`.

Rooms write `from tongban.infrastructure.ui import forms` and go on as usual. Text is cleaned before it is measured, so
that a line break counts as one character here as it does in the browser.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.forms import (
    BaseForm,
    BooleanField,
    CheckboxSelectMultiple,
    ChoiceField,
    EmailInput,
    FileField,
    FileInput,
    FloatField,
    Form,
    HiddenInput,
    IntegerField,
    ModelChoiceField,
    MultipleChoiceField,
    PasswordInput,
    RadioSelect,
    Select,
    Textarea,
    TextInput,
    UUIDField,
    ValidationError,
    Widget,
)
from django.forms import CharField as DjangoCharField
from django.forms import DateField as DjangoDateField
from django.forms import DateInput as DjangoDateInput
from django.forms import EmailField as DjangoEmailField
from django.forms import RegexField as DjangoRegexField
from django.forms.widgets import Input
from django.utils.translation import ngettext_lazy

from tongban.infrastructure.kernel import text
from tongban.infrastructure.kernel.refusals import Invalid, Refusal

__all__ = [
    "BooleanField",
    "CharField",
    "CheckboxSelectMultiple",
    "ChoiceField",
    "DateField",
    "DateInput",
    "EmailField",
    "EmailInput",
    "FileField",
    "FileInput",
    "FloatField",
    "Form",
    "GroupedChoices",
    "HeldRefusal",
    "HiddenInput",
    "IntegerField",
    "ModelChoiceField",
    "MultipleChoiceField",
    "PasswordInput",
    "RadioSelect",
    "RegexField",
    "Select",
    "TextInput",
    "Textarea",
    "UUIDField",
    "ValidationError",
    "refusals",
    "refusals_on",
]

SAID_ON_FORMS, BUSY = (409, 422, 429), 503

TOO_LONG = ngettext_lazy(
    "Write at most %(limit_value)d character; you have written %(show_value)d.",
    "Write at most %(limit_value)d characters; you have written %(show_value)d.",
    "limit_value",
)
TOO_SHORT = ngettext_lazy(
    "Write at least %(limit_value)d character; you have written %(show_value)d.",
    "Write at least %(limit_value)d characters; you have written %(show_value)d.",
    "limit_value",
)


class CharField(DjangoCharField):
    """Text somebody types: prose, unless `cleaned` names another way of `kernel.text`, such as `text.identifier`."""

    def __init__(self, *, cleaned: Callable[[str], str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.cleaned = cleaned
        for validator in self.validators:
            if isinstance(validator, MaxLengthValidator):
                validator.message = TOO_LONG
            elif isinstance(validator, MinLengthValidator):
                validator.message = TOO_SHORT

    def widget_attrs(self, widget: Widget) -> dict[str, Any]:
        """A list to choose from has no length: HTML knows `maxlength` where one types only."""
        attrs: dict[str, Any] = super().widget_attrs(widget)
        if not isinstance(widget, Input | Textarea):
            attrs.pop("maxlength", None)
            attrs.pop("minlength", None)
        return attrs

    def to_python(self, value: Any) -> str | None:
        if not isinstance(value, str) or isinstance(self.widget, PasswordInput):
            return super().to_python(value)
        if self.cleaned is not None:
            return super().to_python(self.cleaned(value))
        return super().to_python(text.prose(value, lines=isinstance(self.widget, Textarea)))


class DateInput(DjangoDateInput):
    """A date field of a browser holds a day only: anything else that was typed is shown in a text field."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")  # the only way of writing it that browsers take

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        shown = context["widget"]
        if shown["type"] == "date" and shown["value"] and not _is_day(shown["value"]):
            shown["type"] = "text"
        return context


class DateField(DjangoDateField):
    """A day, picked from a calendar."""

    widget = DateInput


class GroupedChoices(CheckboxSelectMultiple):
    """Boxes to tick in groups that name themselves, side by side where there is room."""

    template_name = "ui/grouped_choices.html"


class EmailField(DjangoEmailField):
    """An address mail can reach: nothing invisible in it, half width."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(text.address(value) if isinstance(value, str) else value)


class RegexField(DjangoRegexField):
    """A code of a known shape, cleaned as every identifier is."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(text.identifier(value) if isinstance(value, str) else value)


class HeldRefusal:
    """What the verb in a block of `refusals` refused, for its page to say; false where it refused nothing."""

    refusal: Refusal | None = None

    def __bool__(self) -> bool:
        return self.refusal is not None

    @property
    def sentence(self) -> str:
        return str(self.refusal or "")

    @property
    def errors(self) -> dict[str, list[str]]:
        """Return the sentences about each answer; "" holds those about the whole."""
        if isinstance(self.refusal, Invalid) and self.refusal.errors:
            return self.refusal.errors
        return {self.refusal.field: [self.sentence]} if self.refusal else {}

    @property
    def wait_seconds(self) -> int:
        """How long to wait before it is tried again; 0 where waiting does not help."""
        return self.refusal.wait_seconds if self.refusal else 0

    def is_about(self, form: BaseForm) -> bool:
        """Say whether all that is wrong is wrong with fields of this form."""
        return bool(self.errors) and set(self.errors) <= set(form.fields)

    def put_on(self, form: BaseForm) -> None:
        """Put each sentence at its field, the others above the form."""
        for path, sentences in self.errors.items():
            for sentence in sentences:
                form.add_error(path if path in form.fields else None, sentence)
        form.wait_seconds = self.wait_seconds  # type: ignore[attr-defined]


@contextmanager
def refusals(*also: int) -> Iterator[HeldRefusal]:
    """Hold what the verb inside refuses (409, 422, 429, 503), so that its page can say it.

    `with refusals() as refused: verb(…)`, then `if refused: …`. Other refusals go on as they are.

    also   further statuses to hold: 404 where what is missing is a part of a page that is there
    """
    with _held(*SAID_ON_FORMS, BUSY, *also) as refused:
        yield refused


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[HeldRefusal]:
    """Put what the verb inside refuses (409, 422, 429) onto the form: its page is shown again with all that was typed.

    `with refusals_on(form): verb(…)`, then ask `form.is_valid()` once more. Other refusals go on as they are.
    """
    with _held(*SAID_ON_FORMS) as refused:
        yield refused
    if refused:
        refused.put_on(form)


@contextmanager
def _held(*statuses: int) -> Iterator[HeldRefusal]:
    refused = HeldRefusal()
    try:
        yield refused
    except Refusal as refusal:
        if refusal.status not in statuses:
            raise
        refused.refusal = refusal


def sent_revision(sent: Mapping[str, str]) -> int:
    """Return the revision of what the page showed; 0, which nothing has, where it says nothing sensible.

    sent   request.POST
    """
    text = sent.get("revision", "")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return len(written) == len("2026-03-05")
