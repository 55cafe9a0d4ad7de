"""What registers and identity know of whoever a form is about; another answer never takes its place unsaid."""

import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from tongban.infrastructure.kernel import clock, wording
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.eforms.models import FilledForm
from tongban.platform.eforms.rules.layout import is_fact
from tongban.platform.eforms.services import words
from tongban.platform.eforms.services.findings import registers_asked
from tongban.platform.eforms.services.forms import Form
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

# Where a register is silent, the party's own identity answers: field of a register -> field of the party.
IDENTITY = {"name": "name", "id_number": "id_number", "uscc": "id_number", "birth_date": "birth_date", "sex": "sex"}


OWN_ACCOUNT = gettext_lazy("Your account")


class FixedFacts(Invalid):
    message = gettext_lazy("Some of the answers come from the register and cannot be changed here.")


class Known(NamedTuple):
    """An answer that the house knows, and who gave it."""

    value: Any
    source: dict[str, Any]


@dataclass(frozen=True)
class Differing:
    """An answer that is another than the register's.

    what         what the register calls it, e.g. 住所
    registered   what the register says, as text
    """

    name: str
    label: str
    what: str
    answer: str
    registered: str

    @property
    def remark(self) -> str:
        return words.differs_from_register(self.what, self.registered)


def known_of(
    form: Form, *, actor: Actor, party: Party, purpose: str, subject: str, more: Collection[str] = ()
) -> dict[str, Known]:
    """Return what the house knows of a party that this form asks for: source -> the value, and who answered.

    Each register is asked once, and the look-up is shown to the party.

    subject   the filled form, as the journal names it
    more      sources that are wanted besides, where checks of other forms ask for them
    """
    answers: dict[str, registers.LookupResult | None] = {}
    found = {}
    for source in sorted({*form.prefills().values(), *registers_asked(form), *more}):
        kind, _dot, field = source.partition(".")
        key = kind.removeprefix("register:")
        if kind != "party" and key not in answers:
            answers[key] = registers.find(actor=actor, register=key, party=party, purpose=purpose, subject=subject)
        told = _by_register(answers.get(key), field)
        told = told or _by_identity(party, field if kind == "party" else IDENTITY.get(field, ""))
        if told is not None:
            found[source] = told
    return found


def prefill(form: Form, filled: FilledForm, known: Mapping[str, Known]) -> None:
    """Fill a new form in from what the house knows.

    What the form would not take is left out: a company's number where it asks for a mobile phone.
    """
    answers = {name: known[source].value for name, source in form.prefills().items() if source in known}
    refused = form.problems(answers).keys()
    filled.answers = {name: value for name, value in answers.items() if name not in refused}
    filled.sources = {name: known[form.prefills()[name]].source for name in filled.answers}
    filled.facts = _facts(known)


def prefill_again(form: Form, filled: FilledForm, known: Mapping[str, Known]) -> None:
    """Take over what the house knows now into a form that holds answers: those of a register follow it, others stay."""
    vouched = {name: known[source] for name, source in form.prefills().items() if source in known and is_fact(source)}
    refused = form.problems({name: told.value for name, told in vouched.items()}).keys()
    offers = {name: source for name, source in filled.sources.items() if name in form.fields and name not in vouched}
    filled.facts = _facts(known)
    filled.sources = {
        **{name: source for name, source in offers.items() if not is_fact(form.fields[name].prefill)},
        **{name: told.source for name, told in vouched.items() if name not in refused},
    }
    filled.answers = hold(form, filled, {**dict.fromkeys(_fixed(form, filled)), **filled.answers})


def hold(form: Form, filled: FilledForm, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with those of the registers in their place."""
    return {**answers, **{name: value for name, value in _fixed(form, filled).items() if name in answers}}


def must_agree(form: Form, filled: FilledForm, answers: Mapping[str, Any]) -> None:
    """Refuse another value for an answer that is a register's. Raises FixedFacts, which names each."""
    faults = {
        name: [
            _("“%(label)s” comes from “%(title)s”, which says %(registered)s. If that is wrong, request a correction.")
            % {
                "label": form.fields[name].label,
                "title": filled.sources[name]["title"],
                "registered": words.line(form.fields[name], value),
            }
        ]
        for name, value in _fixed(form, filled).items()
        if name in answers and not _same(answers[name], value)
    }
    if faults:
        raise FixedFacts(faults)


def differences(form: Form, filled: FilledForm) -> list[Differing]:
    """Return the answers that are others than a register's, in the order of the form."""
    found, facts = [], filled.facts or {}
    for name, field in form.fields.items():
        registered, answer = facts.get(field.prefill), filled.answers.get(name)
        if field.prefill in facts and answer not in (None, "") and not _same(answer, registered):
            what = str(filled.sources.get(name, {}).get("field") or field.label)
            found.append(Differing(name, field.label, what, words.line(field, answer), words.line(field, registered)))
    return found


def remarks(form: Form, filled: FilledForm) -> dict[str, str]:
    """Return what must be read with some answers: that a register says otherwise, or could not be asked."""
    alone = _("The register says nothing about this; it is what the applicant wrote.")
    unproven = {
        name: alone
        for name, field in form.fields.items()
        if is_fact(field.prefill) and field.prefill not in (filled.facts or {}) and filled.answers.get(name)
    }
    return {**unproven, **{one.name: one.remark for one in differences(form, filled)}}


def sources_shown(form: Form, filled: FilledForm, *, correctable: bool = True) -> dict[str, dict[str, Any]]:
    """Return what the form shows of each source; see `questions`.

    correctable   the reader is whoever the register is about, and may ask for a correction
    """
    fixed = _fixed(form, filled)
    other = {one.name for one in differences(form, filled)}
    offices = Department.objects.titles() if wording.english() else {}
    found = {}
    for name, source in filled.sources.items():
        told = {**source, "fixed": name in fixed}
        if (office := str(source.get("source", ""))) in offices:
            told["source"] = offices[office]
        if "register" not in source:
            told["title"] = str(OWN_ACCOUNT)
        if name in other:
            told["registered"] = (filled.facts or {})[form.fields[name].prefill]
        if not correctable:
            told.pop("register", None)
        found[name] = told
    return found


def labels_of(form: Form, names: Collection[str]) -> str:
    """Return what these answers are called, in the reader's language."""
    return pgettext("between chosen answers", ", ").join(form.fields[name].label for name in names)


def _facts(known: Mapping[str, Known]) -> dict[str, Any]:
    return {source: told.value for source, told in known.items() if is_fact(source)}


def _fixed(form: Form, filled: FilledForm) -> dict[str, Any]:
    """Return the answers that are a register's, and that the form would take: question -> value."""
    facts = filled.facts or {}
    return {
        name: facts[field.prefill]
        for name, field in form.fields.items()
        if field.fixed and field.prefill in facts and name in filled.sources
    }


def _by_register(answer: registers.LookupResult | None, field: str) -> Known | None:
    value = answer.data.get(field) if answer else None
    if answer is None or value in ("", None):
        return None
    source = {
        "title": answer.title,
        "source": answer.source,
        "as_of": answer.as_of.isoformat(),
        "at": clock.now().isoformat(),
        "register": answer.register,
        "field": answer.titles.get(field, ""),
    }
    return Known(_plain(value), source)


def _by_identity(party: Party, field: str) -> Known | None:
    value = getattr(party, field, "") if field else ""
    if value in ("", None):
        return None
    return Known(
        _plain(value),
        {"title": wording.recorded(OWN_ACCOUNT), "as_of": "", "at": clock.now().isoformat()},
    )


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | list | dict) else str(value)


def _same(one: Any, other: Any) -> bool:
    """Say whether two answers are the same when width, case and spaces are left aside."""
    if isinstance(one, str) and isinstance(other, str):
        return _folded(one) == _folded(other)
    return bool(one == other)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
