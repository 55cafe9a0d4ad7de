"""Carriers that run beside the tests."""

from pathlib import Path

from tests.counterparts import LocalCounterpart


class CarrierCounterpart(LocalCounterpart):
    """house: the address that is told what happens to parcels."""

    module = "tongban.city.posting"

    def __init__(self, carrier: str, folder: Path, house: str) -> None:
        super().__init__(folder, before=(carrier,), after=(house,))
        self.carrier = carrier

    def move(self, waybill: str, *steps: str) -> None:
        """Let something happen to a parcel."""
        for step in steps:
            assert self.post("/move", {"waybill": waybill, "step": step}) == 303, step
