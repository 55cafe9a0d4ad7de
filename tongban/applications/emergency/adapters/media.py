"""Media: text messages by the house's own way out; screens and loudspeakers by the city's broadcasting platform.

The platform's address and key stand in a JSON file ({"url", "key"}). A message goes by HTTP POST as JSON (device,
target, words, sent, key) with a bearer key; any 2xx is an acceptance, and the same key twice is one message.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import pgettext_lazy

from tongban.applications.emergency.ports import PublicMessage
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.module import StrOrPromise
from tongban.infrastructure.transport import services as transport
from tongban.infrastructure.transport.calling import call
from tongban.infrastructure.transport.ports import Rejected, Unreachable

SECONDS, MOST_BYTES = 10.0, 65_536


@dataclass(frozen=True)
class TextMedium:
    """Text messages to mobile numbers of those who stand by: numbers with commas between them."""

    title: StrOrPromise

    def ready(self) -> bool:
        return transport.texts_can_be_sent()

    def send(self, message: PublicMessage) -> None:
        numbers = [number for number in message.target.replace("，", ",").split(",") if number.strip()]
        if not numbers:
            raise Rejected("no mobile number")
        for number in numbers:
            transport.send_text(
                to=number.strip(),
                template="notice",
                words={"title": message.words},
                key=f"{message.key}:{number.strip()}",
            )


@dataclass(frozen=True)
class BroadcastMedium:
    """Screens, or loudspeakers, of the city's broadcasting platform. device: as the platform calls the kind."""

    device: str
    title: StrOrPromise

    def ready(self) -> bool:
        return bool(settings.EMERGENCY_BROADCAST)

    def send(self, message: PublicMessage) -> None:
        if not self.ready():
            raise Unreachable("no broadcasting platform is in use")
        try:
            account = json.loads(Path(settings.EMERGENCY_BROADCAST).read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise Unreachable("the account of the broadcasting platform cannot be read") from error
        body = {
            "device": self.device,
            "target": message.target,
            "words": message.words,
            "sent": clock.now().isoformat(timespec="seconds"),
            "key": message.key,
        }
        answer = call(
            "POST",
            account["url"],
            headers={"Authorization": f"Bearer {account['key']}", "Content-Type": "application/json"},
            body=json.dumps(body, ensure_ascii=False).encode(),
            seconds=SECONDS,
            most_bytes=MOST_BYTES,
        )
        if answer.status in {408, 429} or answer.status >= 500:
            raise Unreachable(f"the platform answered {answer.status}")
        if not 200 <= answer.status < 300:
            raise Rejected(f"the platform answered {answer.status}")


TEXT = TextMedium(pgettext_lazy("emergency medium", "Text messages"))
SCREEN = BroadcastMedium("screen", pgettext_lazy("emergency medium", "Public screens"))
BROADCAST = BroadcastMedium("loudspeaker", pgettext_lazy("emergency medium", "Loudspeakers"))
