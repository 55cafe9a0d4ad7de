"""Payment channels that run beside the tests."""

from pathlib import Path
from urllib.parse import urlsplit

from tests.counterparts import LocalCounterpart


class ChannelCounterpart(LocalCounterpart):
    module, switches = "tongban.city.paying", "/wallet/faults"

    def __init__(self, channel: str, folder: Path) -> None:
        super().__init__(folder, before=(channel,))
        self.channel = channel

    def pay(self, door: str) -> None:
        """Pay what a QR code, or an address, stands for."""
        assert self.post(f"/wallet/{key_of(door)}", {}) == 303


def key_of(door: str) -> str:
    """Return what an order is known by in the wallet."""
    parts = urlsplit(door)
    return parts.query.removeprefix("pr=") if parts.scheme == "weixin" else parts.path.rpartition("/")[2]
