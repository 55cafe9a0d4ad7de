"""Django's forms, with text fields that clean what was typed as every other door does; see `kernel.text`.

Rooms write `from tongban.infrastructure.ui import forms` and go on as usual. Text is cleaned before it is measured, so
that a line break counts as one character here as it does in the browser.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.forms import (
    BaseForm,
    BooleanField,
    CheckboxSelectMultiple,
    ChoiceField,
    DateField,
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
    "refusals_on",
]

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

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        shown = context["widget"]
        if shown["type"] == "date" and shown["value"] and not _is_day(shown["value"]):
            shown["type"] = "text"
        return context


class EmailField(DjangoEmailField):
    """An address mail can reach: nothing invisible in it, half width."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(text.address(value) if isinstance(value, str) else value)


class RegexField(DjangoRegexField):
    """A code of a known shape, cleaned as every identifier is."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(text.identifier(value) if isinstance(value, str) else value)


@contextmanager
def refusals_on(form: BaseForm) -> Iterator[None]:
    """Put what the verb inside refuses (409, 422, 429) onto the form: its page is shown again with all that was typed.

    `with refusals_on(form): verb(…)`, then ask `form.is_valid()` once more. Other refusals go on as they are.
    """
    try:
        yield
    except Invalid as refusal:
        for path, texts in refusal.errors.items():
            for problem in texts:
                form.add_error(path if path in form.fields else None, problem)
        if not refusal.errors:
            form.add_error(None, str(refusal))
    except Refusal as refusal:
        if refusal.status not in (409, 422, 429):
            raise
        form.add_error(None, str(refusal))
        form.wait_seconds = refusal.wait_seconds  # type: ignore[attr-defined]


def _is_day(written: str) -> bool:
    try:
        date.fromisoformat(written)
    except ValueError:
        return False
    return len(written) == len("2026-03-05")
