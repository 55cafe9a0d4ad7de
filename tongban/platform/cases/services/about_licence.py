"""变更、延续、补办、注销: the licence that a case acts on, from its choice to what becomes of it."""

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.subjects import Subject
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.cases import rules
from tongban.platform.cases.models import Case
from tongban.platform.cases.services import plan, terms
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes
from tongban.platform.licences import services as licences
from tongban.platform.licences.models import Licence

# So many licences of one kind are offered to choose from; whoever holds more comes from the page of one.
MOST = 50
CANCELLED = _("Cancelled at the request of its holder, case %(number)s")


class NoLicenceHeld(Refusal):
    message = _("You hold no valid licence of this kind (%(kind)s), so there is nothing this service could act on.")


class LicenceNotChosen(Refusal):
    status, field = 422, "licence"
    message = _("Choose which licence this is about.")


class TooEarlyToRenew(Refusal):
    message = _("The renewal of %(number)s can be applied for from %(first)s; the licence is valid until %(until)s.")


class LicenceBusy(Refusal):
    message = _("Application %(number)s about this licence is still open. Wait for its result, or withdraw it first.")


class LicenceOver(Refusal):
    message = _("The licence %(number)s is no longer valid, so nothing can be changed about it any more.")


class LicenceChoice(NamedTuple):
    """A licence that an applicant may choose.

    first, last   延续: within which days it is asked for; None where any day will do
    open_case     number of the application about it that is open; "" where none is
    """

    licence: Licence
    first: date | None
    last: date | None
    open_case: str

    @property
    def is_early(self) -> bool:
        return self.first is not None and clock.today() < self.first

    @property
    def is_late(self) -> bool:
        """The renewal comes later than the law asks: where nobody decides in time, silence means nothing."""
        return self.last is not None and clock.today() > self.last

    @property
    def is_possible(self) -> bool:
        return not self.open_case and not self.is_early


def choices(applicant: int, version: Version, *, token: str = "") -> list[LicenceChoice]:
    """Return the valid licences that a party may choose for this service; [] where it acts on none.

    token   only the one with this code
    """
    rule = plan.of(version).acts_on
    if not rule:
        return []
    held = Licence.objects.of_party(applicant).of_kind(rule["kind"]).in_force(clock.today()).order_by("valid_until")
    found = list((held.filter(token=token.upper()) if token else held).select_related("issuer")[:MOST])
    opened = Case.objects.open_about([licence.pk for licence in found])
    return [_choice(licence, rule, opened.get(licence.pk, "")) for licence in found]


def _choice(licence: Licence, rule: Mapping[str, Any], open_case: str) -> LicenceChoice:
    first, last = _window(licence, rule) or (None, None)
    return LicenceChoice(licence, first, last, open_case)


def _window(licence: Licence, rule: Mapping[str, Any]) -> rules.RenewalWindow | None:
    if rule["how"] != "extend" or licence.valid_until is None:
        return None
    days = int(rule.get("until_days") or terms.days("renewal", clock.today()))
    return rules.renewal_window(
        licence.valid_until, until_days=days, from_days=rule.get("from_days"), calendar=codes.calendar()
    )


def chosen(applicant: int, version: Version, token: str) -> Licence | None:
    """Return the licence that is chosen for a new application; the only one where none is named.

    None where the service acts on none. Raises NoLicenceHeld, LicenceNotChosen, TooEarlyToRenew, LicenceBusy.
    """
    rule = plan.of(version).acts_on
    if not rule:
        return None
    found = choices(applicant, version, token=token)
    if not found:
        raise NoLicenceHeld(kind=rule["name"])
    if len(found) > 1:
        raise LicenceNotChosen()
    choice = found[0]
    if choice.is_early:
        until = choice.licence.valid_until
        raise TooEarlyToRenew(number=choice.licence.number, first=choice.first, until=until)
    if choice.open_case:
        raise LicenceBusy(number=choice.open_case)
    return choice.licence


def prefill(case: Case) -> None:
    """Fill a new draft in from the licence: the answers by which it was granted, else what stands on its face.

    What a register says stays.
    """
    if case.licence is None:
        return
    form = plan.of(case.version).form
    labels = plan.of(case.version).acts_on.get("face", {})
    face = {name: case.licence.face.get(label) for name, label in labels.items()}
    known = {name: value for name, value in {**face, **_granted_by(case.licence)}.items() if value not in (None, "")}
    known = {name: value for name, value in known.items() if name in form.fields.keys() - _registered(case)}
    wrong = {path.partition(".")[0] for path in form.implausible(known)}
    source = {
        "title": f"{case.licence.kind_name} {case.licence.number}",
        "source": case.licence.issuer.name,
        "as_of": case.licence.issued_on.isoformat(),
        "at": clock.now().isoformat(),
    }
    for name in known.keys() - wrong:
        case.answers[name], case.sources[name] = known[name], source


def _registered(case: Case) -> set[str]:
    """Return the answers that are a register's, and stay so; what it merely proposes gives way to the licence."""
    fixed = plan.of(case.version).form.fixed()
    return {name for name, source in case.sources.items() if name in fixed and source.get("register")}


def _granted_by(licence: Licence) -> dict[str, Any]:
    pk = Subject.parse(licence.subject).number("case")
    former = Case.objects.filter(pk=pk, applicant=licence.holder_id).first() if pk else None
    return dict(former.answers) if former else {}


def must_hold(case: Case) -> dict[str, Any]:
    """Return what the record of a submission says of its licence; {} where it acts on none.

    Raises LicenceOver, LicenceBusy.
    """
    licence = case.licence
    if licence is None:
        return {}
    if not Licence.objects.in_force(clock.today()).filter(pk=licence.pk).exists():
        raise LicenceOver(number=licence.number)
    if number := Case.objects.open_about([licence.pk]).get(licence.pk):
        raise LicenceBusy(number=number)
    window = _window(licence, plan.of(case.version).acts_on)
    said: dict[str, Any] = {"licence": licence.identifier, "licence_number": licence.number}
    return {**said, "in_time": clock.today() <= window.last} if window else said


def must_still_be_valid(case: Case) -> None:
    """Raise LicenceOver where a licence was taken away that is to be changed, extended, replaced or cancelled.

    One that ended while its renewal was open can still be extended.
    """
    if case.licence and case.licence.state != Licence.State.VALID:
        raise LicenceOver(number=case.licence.number)


def carry_out(case: Case) -> None:
    """Do to the licence at once what was granted. A new one takes its place when it is issued; see `permits`."""
    if case.licence and plan.of(case.version).acts_on["how"] == "cancel":
        reason = recorded(CANCELLED) % {"number": case.number}
        licences.cancel(actor=SYSTEM, licence=case.licence, reason=reason)


def said_in_letters(case: Case) -> dict[str, Any]:
    """Return what every letter may say of the licence that the case acts on."""
    names = ("kind_name", "number", "valid_from", "valid_until")
    return {name: getattr(case.licence, name) if case.licence else "" for name in names}
