"""Tell the holder of what was done to a licence without a case: a notice, and of a cancellation a sealed letter."""

from collections.abc import Mapping

from django.conf import settings
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.platform.letters import ports as templates
from tongban.platform.letters import services as letters
from tongban.platform.letters.models import Letter
from tongban.platform.licences.models import Licence
from tongban.platform.licences.services.verifying import address
from tongban.platform.notices import services as notices

CANCELLATION = "licence-cancellation"
# State -> what the holder is told.
_TOLD: Mapping[str, StrOrPromise] = {
    "suspended": _("Your licence “%(kind)s” was suspended"),
    "valid": _("Your licence “%(kind)s” is valid again"),
    "revoked": _("Your licence “%(kind)s” was revoked"),
    "cancelled": _("Your licence “%(kind)s” was cancelled"),
}


def tell_holder(licence: Licence) -> None:
    """Tell the holder in which state a licence is now, and why; once for each change."""
    words = {"kind": lambda: licence.title, "number": licence.number, "reason": licence.state_reason}
    notices.send(
        to=licence.holder,
        **notices.in_both(_TOLD[licence.state], _("Number %(number)s. Reason: %(reason)s"), words),
        url=reverse("hall:licences:licence", args=[licence.token]),
        subject=f"licence:{licence.identifier}",
        service=licence.service,
        key=f"licence:{licence.pk}:{licence.state}:{licence.state_changed_at:%Y%m%d%H%M%S}",
    )


def write_cancellation(licence: Licence, cause: str) -> Letter | None:
    """Write the decision by which a licence was struck off; safe to run again. cause: one of `rules.CANCELLED_FOR`."""
    with translation.override(settings.LANGUAGE_CODE):
        on = timezone.localdate(licence.state_changed_at)
        title, number = str(_("Decision to cancel a licence")), _number(licence, on.year)
        facts = {
            "number": number,
            "holder": licence.holder.name,
            "kind_name": licence.kind_name,
            "licence_number": licence.number,
            "issuer": licence.issuer.name,
            "valid_until": licence.valid_until or "长期",
            "cause": cause,
            "reason": licence.state_reason,
            "date": on,
        }
        return letters.issue(
            letters.LetterOrder(
                subject=f"licence:{licence.identifier}",
                occasion="cancelled",
                kind=CANCELLATION,
                title=title,
                number=number,
                template=templates.TEMPLATES[CANCELLATION].text,
                facts=facts,
                owner=licence.holder,
                department=licence.issuer,
                verified_at=address,
                service=licence.service,
            )
        )


def letters_of(licence: Licence) -> list[Letter]:
    """Return the letters about a licence itself, not about its case."""
    return list(Letter.objects.about(f"licence:{licence.identifier}").select_related("document__blob"))


def _number(licence: Licence, year: int) -> str:
    return letters.number(mark="注", year=year, serial=licence.token[:7], turn=1)
