"""Turn a form into English, as far as somebody has written it so."""

from dataclasses import replace

from tongban.infrastructure.kernel.wording import InChinese
from tongban.platform.eforms.rules.layout import Field, Step


def in_english(step: Step) -> Step:
    """Return the step in English; what nobody has written in English stays in Chinese, and says so."""
    return replace(
        step,
        title=_english(step.title, step.title_en),
        intro=_english(step.intro, step.intro_en),
        fields=tuple(map(_field_in_english, step.fields)),
    )


def _field_in_english(field: Field) -> Field:
    return replace(
        field,
        label=_english(field.label, field.label_en),
        hint=_english(field.hint, field.hint_en),
        format=_english(field.format, field.format_en),
        options=tuple(replace(option, label=_english(option.label, option.label_en)) for option in field.options),
        columns=tuple(map(_field_in_english, field.columns)),
    )


def _english(chinese: str, english: str) -> str:
    return english or (InChinese(chinese) if chinese else "")
