"""What carriers tell by themselves: believed only when it is signed, and taken once."""

from collections.abc import Mapping

import structlog

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.delivery.ports import CarrierSilent, UntrustedMessage
from tongban.platform.delivery.services import carriers, tracking
from tongban.platform.identity import services as identity

log = structlog.get_logger(__name__)

MAX_MESSAGE_BYTES = 256 * 1024
MAX_PARCELS = 100


def hear(*, actor: Actor, carrier: str, headers: Mapping[str, str], body: bytes) -> tuple[int, str, str]:
    """Take what a carrier tells, and return the answer in its words: status, type, body. Raises NoSuchCarrier.

    What is forged, altered, of another time or for somebody else changes nothing, and the attempt is recorded.
    """
    chosen = carriers.carrier(carrier)
    try:
        if len(body) > MAX_MESSAGE_BYTES:
            raise UntrustedMessage("it is too long")
        told = chosen.read(headers, body)
        if len(told) > MAX_PARCELS:
            raise UntrustedMessage("it is about too many parcels")
    except (UntrustedMessage, CarrierSilent) as refused:
        log.warning("a message of a carrier is refused", carrier=carrier, reason=str(refused))
        identity.record_denied(actor, "parcel message", f"{carrier}: {refused}")
        return chosen.reply(str(refused))
    for message in told:
        if message.proven:
            tracking.take(carrier=carrier, waybill=message.waybill, lines=message.lines)
        else:
            tracking.hint(carrier=carrier, waybill=message.waybill)
    return chosen.reply()
