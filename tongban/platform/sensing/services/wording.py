"""What is wrong with a rule, in words."""

from django.utils.translation import gettext_lazy as _

from tongban.platform.sensing.rules.definitions import RuleFault

FAULTS = {
    "mapping": _("names and values are expected here."),
    "unknown": _("nothing is known by the name “%(value)s”."),
    "seconds": _("a number of seconds is expected, at most some 400 days."),
    "text": _("a text is expected here."),
    "texts": _("a list of keys is expected here."),
    "days": _("days are numbers from 1, Monday, to 7, Sunday."),
    "time": _("a time of day is written as 22:00."),
    "empty": _("there is no level with a condition."),
    "level": _("a level is one of blue, yellow, orange, red."),
    "order": _("levels stand once each, the mildest first."),
    "many": _("a rule has at most %(value)s conditions."),
    "condition": _("a condition with a kind is expected here."),
    "kind": _("there is no condition of the kind “%(value)s”."),
    "property": _("the key of what is measured is missing."),
    "op": _("a comparison is one of >, >=, <, <=, ==, !=."),
    "number": _("a number is expected here."),
    "clear": _("the limit for ending must lie short of the limit."),
    "times": _("a whole number up to %(value)s is expected."),
    "where": _("“inside” or “outside” is expected."),
    "polygon": _("an outline has at least three points of longitude and latitude."),
}


def fault(found: RuleFault) -> str:
    """Return what is wrong and where, in the reader's language."""
    sentence = str(FAULTS[found.what]) % {"value": found.value}
    return f"{found.where}: {sentence}" if found.where else sentence
