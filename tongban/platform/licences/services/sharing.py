"""Licences for other systems by their holder (GB/T 36906): what for is asked, and the holder reads who asked."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.journal.models import Fact
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.platform.identity import services as identity
from tongban.platform.licences.events import HolderLicencesListed, LicenceCopyOrdered, LicenceLookedAt, LicenceRead
from tongban.platform.licences.models import Licence
from tongban.platform.licences.rules import kinds as rules
from tongban.platform.licences.services.reading import must_say
from tongban.platform.parties.models import Party

MAX_ANSWERED = 100
# What the holder's log tells of: each of these facts names who and what for.
USES = (LicenceRead, LicenceCopyOrdered, LicenceLookedAt, HolderLicencesListed)


class NotAskedProperly(Refusal):
    status = 422
    message = _("Name the holder by a code and its type (001, 111 …), and the matter that the licences are needed for.")


@transaction.atomic
def of_holder(
    *, actor: Actor, code: str, code_type: str, purpose: str, matter: str, kind: str = "", number: str = ""
) -> list[Licence]:
    """Return the licences of one holder that the actor's duty reaches, the newest first; the holder reads of it.

    code, code_type   持证主体代码 and its type by GB/T 36903
    purpose, matter   用证事由, and the item or case that it is for
    kind, number      only of this type (kind or 证照类型代码), only with this number
    Raises NotAskedProperly, NoLicencePurpose.
    """
    plain = typed.identifier(code)
    if code_type not in rules.HOLDER_TYPES or not plain or not matter.strip():
        raise NotAskedProperly()
    must_say(purpose)
    holder = next(iter(Party.objects.bearing(crypto.digest_of(plain))), None)
    if holder is None or not _is_of_type(holder, code_type):
        return []
    seen = Licence.objects.visible_to(actor).of_party(holder.pk).with_people().order_by("-issued_on", "-pk")
    if kind:
        seen = seen.filter(**({"kind_code": kind} if len(kind) == 21 else {"kind": kind}))
    if number:
        seen = seen.filter(number=typed.identifier(number))
    found = list(seen[:MAX_ANSWERED])
    if found and holder.pk != actor.represents:
        fact = HolderLicencesListed(holder.pk, kind, len(found), matter.strip()[:120])
        journal.write_reading(
            fact,
            by=actor,
            of=[holder.pk],
            office=identity.office_of(actor),
            subject=f"party:{holder.pk}",
            reason=purpose.strip(),
        )
    return found


def uses(party: Party, *, most: int = 100) -> list[dict[str, Any]]:
    """Return who used the licences of a party, when, which way and what for, the newest first (用证日志)."""
    names = [journal.name_of(event) for event in USES]
    identifiers = Licence.objects.of_party(party.pk).order_by("-issued_on").values_list("identifier", flat=True)[:200]
    subjects = [f"licence:{one}" for one in identifiers]
    facts = Fact.objects.named(*names).filter(subject__in=[*subjects, f"party:{party.pk}"]).order_by("-pk")[:most]
    return [
        {
            "title": fact.reason,
            "at": fact.at,
            "who": fact.actor,
            "text": journal.title_of(fact.name),
            "identifier": fact.data.get("identifier", ""),
        }
        for fact in facts
    ]


def _is_of_type(holder: Party, code_type: str) -> bool:
    return (holder.kind == "organisation") == (code_type in {"001", "099"})
