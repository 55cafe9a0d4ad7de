"""What a carrier knows: orders and their tracks, how it is told to fail. Kept in a file: a restart loses nothing."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

from tongban.city.counterpart.failing import Faults, Store

BEIJING = timezone(timedelta(hours=8))
MOMENT = "%Y-%m-%d %H:%M:%S"
SCHEMA = """
CREATE TABLE IF NOT EXISTS parcels (
    waybill TEXT PRIMARY KEY, number TEXT UNIQUE, title TEXT, recipient TEXT, place TEXT, phone TEXT, state TEXT
);
CREATE TABLE IF NOT EXISTS lines (id INTEGER PRIMARY KEY, waybill TEXT, step TEXT, at TEXT, place TEXT, words TEXT);
CREATE INDEX IF NOT EXISTS lines_of ON lines (waybill);
"""
# What can be done with a parcel here, and what is told of it.
STEPS = {
    "picked_up": ("揽收", "快递员已揽收"),
    "on_way": ("运输", "快件已发往下一站"),
    "trying": ("派送", "快件正在派送途中，请保持电话畅通"),
    "failed": ("未派成", "收件人不在，约定再次派送"),
    "signed": ("签收", "快件已签收，签收人：本人"),
    "returned": ("退回", "多次派送未成功，快件已退回寄件方"),
}
PLACES = {"picked_up": "云泽市临湖区营业部", "on_way": "云泽市转运中心", "trying": "云泽市青石区营业部"}


@dataclass(frozen=True)
class CarrierFaults(Faults):
    """out_of_order: the line before is told after the newest one; where it is silent, what was asked is done."""

    out_of_order: float = 0.0


@dataclass(frozen=True)
class Held:
    waybill: str
    number: str
    title: str
    recipient: str
    place: str
    phone: str
    state: str


@dataclass(frozen=True)
class Line:
    id: int
    waybill: str
    step: str
    at: str
    place: str
    words: str


class Depot(Store):
    """Parcels of one carrier."""

    kind = CarrierFaults

    def __init__(self, folder: Path, prefix: str, figures: int) -> None:
        super().__init__(folder, "depot", SCHEMA)
        self._prefix, self._figures = prefix, figures

    def order(self, *, number: str, title: str, recipient: str, place: str, phone: str) -> tuple[Held, bool]:
        """Return the parcel of an order, and whether the order is new."""
        with self._lock:
            if known := self.numbered(number):
                return known, False
            waybill = f"{self._prefix}{secrets.randbelow(10**self._figures):0{self._figures}}"
            self._rows.execute(
                "INSERT INTO parcels VALUES (?,?,?,?,?,?,'booked')", (waybill, number, title, recipient, place, phone)
            )
            return self.must(waybill), True

    def numbered(self, number: str) -> Held | None:
        return self._one("SELECT * FROM parcels WHERE number = ?", number)

    def held(self, waybill: str) -> Held | None:
        return self._one("SELECT * FROM parcels WHERE waybill = ?", waybill)

    def must(self, waybill: str) -> Held:
        found = self.held(waybill)
        assert found is not None
        return found

    def all(self) -> list[Held]:
        with self._lock:
            rows = self._rows.execute("SELECT * FROM parcels ORDER BY rowid DESC LIMIT 50").fetchall()
        return [Held(*row) for row in rows]

    def cancel(self, number: str) -> bool:
        """Take an order back; say whether that was possible."""
        with self._lock:
            found = self.numbered(number)
            if found is None or found.state not in {"booked", "cancelled"}:
                return False
            self._rows.execute("UPDATE parcels SET state = 'cancelled' WHERE number = ?", (number,))
            return True

    def move(self, waybill: str, step: str) -> Line | None:
        """Let something happen to a parcel; None where it cannot any more."""
        with self._lock:
            found = self.held(waybill)
            if found is None or step not in STEPS or found.state in {"signed", "returned", "cancelled"}:
                return None
            before = self.track(waybill)
            at = datetime.now(BEIJING).replace(microsecond=0, tzinfo=None)
            if before:  # no two lines of one moment
                at = max(at, datetime.fromisoformat(before[-1].at) + timedelta(seconds=1))
            self._rows.execute("UPDATE parcels SET state = ? WHERE waybill = ?", (step, waybill))
            self._rows.execute(
                "INSERT INTO lines (waybill, step, at, place, words) VALUES (?,?,?,?,?)",
                (waybill, step, at.strftime(MOMENT), PLACES.get(step, "云泽市"), STEPS[step][1]),
            )
            return self.track(waybill)[-1]

    def track(self, waybill: str) -> list[Line]:
        with self._lock:
            rows = self._rows.execute("SELECT * FROM lines WHERE waybill = ? ORDER BY id", (waybill,)).fetchall()
        return [Line(*row) for row in rows]

    def _one(self, sql: str, value: str) -> Held | None:
        with self._lock:
            row = self._rows.execute(sql, (value,)).fetchone()
        return Held(*row) if row else None
