"""What a channel knows: orders, refunds, how it is told to fail. Kept in a file: a restart loses nothing."""

import secrets
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tongban.city.counterpart.failing import Faults, Store

BEIJING = timezone(timedelta(hours=8))
SCHEMA = """
CREATE TABLE IF NOT EXISTS orders (
    number TEXT PRIMARY KEY, door TEXT UNIQUE, title TEXT, amount INTEGER, state TEXT, trade TEXT, way TEXT,
    told_at TEXT, back_to TEXT, opened TEXT, expires TEXT, paid TEXT
);
CREATE TABLE IF NOT EXISTS refunds (
    refund TEXT PRIMARY KEY, number TEXT, amount INTEGER, trade TEXT, done TEXT, told_at TEXT
);
CREATE INDEX IF NOT EXISTS orders_paid ON orders (paid);
"""


@dataclass(frozen=True)
class ChannelFaults(Faults):
    wrong_amount: float = 0.0
    partial_refund: float = 0.0


@dataclass(frozen=True)
class TillOrder:
    number: str
    door: str
    title: str
    amount: int
    state: str
    trade: str
    way: str
    told_at: str
    back_to: str
    opened: datetime
    expires: datetime
    paid: datetime | None


@dataclass(frozen=True)
class Return:
    refund: str
    number: str
    amount: int
    trade: str
    done: datetime
    told_at: str


class Till(Store):
    """Orders and refunds of one channel."""

    kind = ChannelFaults

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, "till", SCHEMA)

    def open(
        self, *, number: str, title: str, amount: int, way: str, told_at: str, back_to: str, expires: datetime
    ) -> TillOrder:
        """Return the order of this number, open the first time; the same number may be sent again."""
        with self._lock:
            known = self.order(number)
            if known is not None:
                return known
            self._rows.execute(
                "INSERT INTO orders VALUES (?,?,?,?,'open','',?,?,?,?,?,NULL)",
                (
                    number,
                    secrets.token_urlsafe(12),
                    title,
                    amount,
                    way,
                    told_at,
                    back_to,
                    now().isoformat(),
                    expires.isoformat(),
                ),
            )
            return self._must(number)

    def order(self, number: str) -> TillOrder | None:
        return self._one("SELECT * FROM orders WHERE number = ?", number)

    def behind(self, door: str) -> TillOrder | None:
        """Return the order that a QR code, or an address to pay at, stands for."""
        return self._one("SELECT * FROM orders WHERE door = ?", door)

    def waiting(self) -> list[TillOrder]:
        with self._lock:
            rows = self._rows.execute(
                "SELECT * FROM orders WHERE state = 'open' ORDER BY opened DESC LIMIT 50"
            ).fetchall()
        return [order for row in rows if (order := _order(row)).expires > now()]

    def pay(self, number: str) -> TillOrder | None:
        """Pay an order that is open; None where it is not."""
        with self._lock:
            order = self.order(number)
            if order is None or order.state != "open" or order.expires <= now():
                return None
            trade = f"{now():%Y%m%d%H%M%S}{secrets.randbelow(10**14):014}"
            self._rows.execute(
                "UPDATE orders SET state = 'paid', trade = ?, paid = ? WHERE number = ?",
                (trade, now().isoformat(), number),
            )
            return self._must(number)

    def close(self, number: str) -> bool:
        """Close an order that was not paid; say whether that was possible."""
        with self._lock:
            order = self.order(number)
            if order is None or order.state == "paid":
                return False
            self._rows.execute("UPDATE orders SET state = 'closed' WHERE number = ?", (number,))
            return True

    def give_back(self, *, refund: str, number: str, amount: int, told_at: str) -> Return | None:
        """Send money back; the same refund again is the same one. None where that is more than was paid."""
        with self._lock:
            if known := self.returned(refund):
                return known
            order = self.order(number)
            if order is None or order.state != "paid" or amount <= 0 or amount > order.amount - self.back_of(number):
                return None
            if self.happens("partial_refund"):
                amount = max(1, amount // 2)
            trade = f"5{now():%Y%m%d%H%M%S}{secrets.randbelow(10**13):013}"
            self._rows.execute(
                "INSERT INTO refunds VALUES (?,?,?,?,?,?)", (refund, number, amount, trade, now().isoformat(), told_at)
            )
            return self.returned(refund)

    def returned(self, refund: str) -> Return | None:
        with self._lock:
            row = self._rows.execute("SELECT * FROM refunds WHERE refund = ?", (refund,)).fetchone()
        return _return(row) if row else None

    def back_of(self, number: str) -> int:
        with self._lock:
            return int(
                self._rows.execute(
                    "SELECT COALESCE(SUM(amount), 0) FROM refunds WHERE number = ?", (number,)
                ).fetchone()[0]
            )

    def of_day(self, day: date) -> tuple[list[TillOrder], list[tuple[Return, TillOrder]]]:
        """Return what was paid and what went back on a day, by the time of Beijing."""
        first = datetime(day.year, day.month, day.day, tzinfo=BEIJING)
        span = (first.astimezone(UTC).isoformat(), (first + timedelta(days=1)).astimezone(UTC).isoformat())
        with self._lock:
            paid = self._rows.execute(
                "SELECT * FROM orders WHERE paid >= ? AND paid < ? ORDER BY paid", span
            ).fetchall()
            back = self._rows.execute(
                "SELECT * FROM refunds WHERE done >= ? AND done < ? ORDER BY done", span
            ).fetchall()
        returns = [_return(row) for row in back]
        return [_order(row) for row in paid], [(one, self._must(one.number)) for one in returns]

    def _must(self, number: str) -> TillOrder:
        order = self.order(number)
        assert order is not None
        return order

    def _one(self, sql: str, value: str) -> TillOrder | None:
        with self._lock:
            row = self._rows.execute(sql, (value,)).fetchone()
        return _order(row) if row else None


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _order(row: tuple[Any, ...]) -> TillOrder:
    order = TillOrder(*row)
    paid = datetime.fromisoformat(row[11]) if row[11] else None
    return replace(order, opened=datetime.fromisoformat(row[9]), expires=datetime.fromisoformat(row[10]), paid=paid)


def _return(row: tuple[Any, ...]) -> Return:
    refund, number, amount, trade, done, told_at = row
    return Return(refund, number, amount, trade, datetime.fromisoformat(done), told_at)
