"""What is said about numbers and names: what is wrong with them, how much of them is shown."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.parties import rules
from tongban.platform.parties.models import Party

_ID_NUMBER_PROBLEMS: dict[str, StrOrPromise] = {
    "length": _("An ID number has 18 characters; this one has %(count)d."),
    "characters": _("An ID number has 17 digits, then a digit or the letter X."),
    "date": _("The date of birth in this ID number does not exist."),
    "check": _("This ID number cannot be right: its last character does not match the others."),
}
_USCC_PROBLEMS: dict[str, StrOrPromise] = {
    "length": _("A unified social credit code has 18 characters; this one has %(count)d."),
    "characters": _("A unified social credit code has digits and capital letters, but never I, O, S, V or Z."),
    "registrar": _("No registration authority has codes that begin with this character."),
    "check": _("This unified social credit code cannot be right: its last character does not match the others."),
}
_PASSPORT_PROBLEMS: dict[str, StrOrPromise] = {
    "length": _("A passport number has 5 to 20 characters."),
    "characters": _("A passport number has letters and digits only."),
}
_MOBILE_PROBLEMS: dict[str, StrOrPromise] = {
    "length": _("A mobile number has 11 digits."),
    "characters": _("A mobile number has 11 digits and begins with 13 to 19."),
}


def birth_date(number: str) -> date:
    """Return the day of birth in a right citizen number."""
    return rules.birth_date(number)


def id_number_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with an ID number; None where it is right."""
    return _sentence(_ID_NUMBER_PROBLEMS, rules.id_number_problem(text, today=clock.today()), text)


def uscc_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with a unified social credit code; None where it is right."""
    return _sentence(_USCC_PROBLEMS, rules.uscc_problem(text), text)


def credit_code(first_16: str) -> str:
    """Return the unified social credit code (GB 32100) that begins with these sixteen characters.

    Raises ValueError where they have a character outside its set.
    """
    whole = first_16 + rules.organisation_check(first_16[8:])
    return whole + rules.uscc_check(whole)


def uscc_is_old(text: str) -> bool:
    """Say whether nothing but the check character of a credit code is wrong, as with some issued before 2016."""
    return rules.uscc_problem(text) == "check"


def passport_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with a passport number; None where it is right."""
    return _sentence(_PASSPORT_PROBLEMS, rules.passport_problem(text), text)


def number_problem(text: str) -> str | None:
    """Return what is wrong with a number that may be an ID number or a credit code; None where it is one of both."""
    as_person = id_number_problem(text)
    if as_person is None or uscc_problem(text) is None:
        return None
    return as_person if rules.looks_like_id_number(text) else uscc_problem(text)


def document_problem(text: str) -> str | None:
    """Return what is wrong with a number that somebody is looked up by; None where somebody may bear it.

    Any of the three kinds may be meant, and what is registered counts more than arithmetic: only what no document
    has is refused.
    """
    return None if number_problem(text) is None else passport_problem(text)


def mobile_problem(text: str) -> str | None:
    """Return the sentence that says what is wrong with a mobile number; None where it is right."""
    return _sentence(_MOBILE_PROBLEMS, rules.mobile_problem(text), text)


def masked(kind: str, text: str) -> str:
    """Return what may be shown of a personal value; the kinds are those of `rules.masked`."""
    return rules.masked(kind, text)


def shown_number(party: Party) -> str:
    """Return a party's number as it may be shown: a company's is public, a person's is masked."""
    if party.id_kind == Party.IdKind.CREDIT_CODE:
        return str(party.id_number)
    return rules.masked("passport" if party.id_kind == Party.IdKind.PASSPORT else "id-number", party.id_number)


def same_name(one: str, other: str) -> bool:
    """Say whether two names are the same when spaces, width, dots and former codes of characters are left aside."""
    return rules.same_name(one, other)


def age(born: date, on: date) -> int:
    """Return full years of age that day."""
    return rules.age(born, on)


def _sentence(sentences: dict[str, StrOrPromise], problem: str | None, text: str) -> str | None:
    return str(sentences[problem]) % {"count": len(rules.normal_number(text))} if problem else None
