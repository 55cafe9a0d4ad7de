"""The population register of this house's own registers room."""

from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.services import digest_of
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.parties import services as parties
from tongban.platform.parties.models import Party
from tongban.platform.registers import services as registers

PURPOSE = _("to compare name and number when somebody registers")


def match(*, name: str, id_number: str, account: int) -> Party | None:
    found: Party | None = Party.objects.numbered(digest_of(id_number)).first()
    if found is None or found.kind != Party.Kind.PERSON:
        return None
    try:
        said = registers.look_up(
            actor=SYSTEM,
            register="population",
            party=found,
            purpose=recorded(PURPOSE),
            subject=f"account:{account}",
            fields=["name"],
        )
    except (registers.NoEntry, registers.UnknownRegister):
        return None
    return found if parties.same_name(str(said.data.get("name", "")), name) else None
