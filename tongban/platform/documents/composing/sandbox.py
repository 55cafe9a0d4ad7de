"""Fill a template with values: `{{ dotted.name }}`, `{% if %}`, `{% for %}` and nothing that reaches out."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django.template import Context, Engine, Library, Template, TemplateSyntaxError
from django.template.base import VariableNode
from django.template.defaultfilters import default, first, join, last, length
from django.template.defaulttags import comment, do_for, do_if
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_noop

from tongban.infrastructure.kernel.money import Money
from tongban.platform.documents import rules
from tongban.platform.documents.composing import markdown
from tongban.platform.documents.composing.flaws import Flawed

register = Library()
for tag, compile_tag in (("if", do_if), ("for", do_for), ("comment", comment)):
    register.tag(tag, compile_tag)
for function in (default, first, join, last, length):
    register.filter(function)


@register.filter
def hanzi(value: date) -> str:
    """Write a date in Chinese numerals: 二〇二六年十一月二十二日."""
    return rules.hanzi_date(value)


@register.filter
def yuan(fen: int) -> str:
    """Write an amount of fen in yuan."""
    return str(Money(fen))


class Sandbox(Engine):
    """Django's template engine without files, without loading, with the handful of tags and filters above."""

    default_builtins = [__name__]


class BadTemplate(Flawed):
    """The template cannot be filled."""


class _Missing(str):
    """What stands where a name has no value; it carries the name out to the error."""

    def __mod__(self, name: Any) -> str:
        raise BadTemplate(
            gettext_noop("there is no value for %(name)s; where it may be missing, write %(remedy)s"),
            name=name,
            remedy=f'{{{{ {name}|default:"" }}}}',
        )


class _Shielded(VariableNode):
    def render(self, context: Context) -> str:
        may_be_missing = any(function is default for function, _arguments in self.filter_expression.filters)
        value = self.filter_expression.resolve(context, ignore_failures=may_be_missing)
        return markdown.shield(_text(value))


@cache
def _engine() -> Sandbox:
    return Sandbox(autoescape=False, string_if_invalid=_Missing("%s"))


# A line of nothing but tags leaves no empty line behind, so that a loop may stand around the rows of a table.
_ONLY_TAGS = re.compile(r"^[ \t]*((?:\{%(?:(?!%\})[^\n])*%\}[ \t]*)+)\n", re.MULTILINE)


def parsed(source: str) -> Template:
    """Return a template as it is written, to be read and not filled. Raises BadTemplate with the line."""
    try:
        return Template(source, engine=_engine())
    except TemplateSyntaxError as error:
        token = getattr(error, "token", None)
        raise _in_words(str(error), token.lineno if token is not None else 0) from error


@lru_cache(maxsize=256)
def compile_(source: str) -> Template:
    """Compile a template. Raises BadTemplate with the line."""
    parsed(source)  # so that an error names the right line
    template = Template(_ONLY_TAGS.sub(r"\1", source), engine=_engine())
    for node in template.nodelist.get_nodes_by_type(VariableNode):
        node.__class__ = _Shielded
    return template


# What Django's parser says, and how we say it.
_MESSAGES = (
    (
        r"Invalid block tag on line \d+: '(?P<tag>[^']*)', expected (?P<expected>.+?)\. Did you",
        gettext_noop("the tag “%(tag)s” does not belong here; expected %(expected)s"),
    ),
    (
        r"Invalid block tag on line \d+: '(?P<tag>[^']*)'",
        gettext_noop("there is no tag “%(tag)s”; there are if, for and comment"),
    ),
    (r"Unclosed tag on line \d+: '(?P<tag>[^']*)'", gettext_noop("the tag “%(tag)s” is not closed")),
    (r"Empty (?:variable|block) tag", gettext_noop("a tag is empty")),
    (
        r"Invalid filter: '(?P<filter>[^']*)'",
        gettext_noop("there is no filter “%(filter)s”; there are default, first, last, join, length, yuan and hanzi"),
    ),
    (
        r"Could not parse the remainder: '(?P<rest>.*)' from '(?P<whole>.*)'$",
        gettext_noop("“%(rest)s” in “%(whole)s” cannot be read"),
    ),
    (r"(?P<filter>\w+) requires \d+ arguments", gettext_noop("the filter “%(filter)s” has the wrong arguments")),
    (
        r"Variables and attributes may not begin with underscores: '(?P<name>.*)'$",
        gettext_noop("no name begins with an underscore: “%(name)s”"),
    ),
    (r"(?P<said>.*)", gettext_noop("it cannot be read: %(said)s")),
)


def _in_words(said: str, line: int) -> BadTemplate:
    found = ((re.match(pattern, said, re.DOTALL), text) for pattern, text in _MESSAGES)
    match, text = next((match, text) for match, text in found if match)
    return BadTemplate(text, line=line, **match.groupdict())


def fill(source: str, values: Mapping[str, Any]) -> str:
    """Return the template's text with its values in place, shielded from the dialect. Raises BadTemplate."""
    return str(compile_(source).render(Context({name: _plain(value, name) for name, value in values.items()})))


def _plain(value: Any, path: str) -> Any:
    """Let only plain values in, so that a template can call nothing and see no more than it was given."""
    if value is None or isinstance(value, str | int | float | date | Decimal | Money):
        return value
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(item, f"{path}.{key}") for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, f"{path}.{number}") for number, item in enumerate(value)]
    raise TypeError(f"{path} is a {type(value).__name__}; a template takes plain values only")


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
        return f"{value.year}年{value.month}月{value.day}日{value:%H:%M}"
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, list | tuple):
        return "、".join(_text(item) for item in value)
    return str(value)
