"""HJ 212: what a packet says, and how one is written. Reading forgives what devices really do, and says so.

DATA = QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;[PNUM=…;PNO=…;]CP=&&…&&. In CP a comma joins what belongs to one item, a
semicolon separates items. Source: HJ 212—2017, 6.3.2 and 6.6; HJ/T 212—2005, 6.3.2.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from tongban.applications.environment.rules.dialects import TIME, Dialects
from tongban.applications.environment.rules.frames import framed

MARK = "&&"
HEADERS = ("QN", "ST", "CN", "PW", "MN", "Flag", "PNUM", "PNO")
ACKNOWLEDGE, SPLIT, VERSION_SHIFT = 1, 2, 2
V2017 = 1
CHINA = timezone(timedelta(hours=8))  # all clocks of HJ 212
SYSTEM = "91"  # ST of what the two systems say to each other
# Kinds of one value of an item, in the order in which the first one there stands for it.
VALUES = ("Rtd", "Avg", "Data", "Cou", "DayData", "NightData")


class MeasuredItem(NamedTuple):
    """What one item of CP says of one thing that is measured.

    code   as it is called today; kinds: "Rtd", "Avg", "ZsAvg" … → value; flag, equipment_flag: "" where none is given
    """

    code: str
    kinds: Mapping[str, Decimal]
    flag: str = ""
    equipment_flag: str = ""
    sampled_at: str = ""

    @property
    def value(self) -> Decimal | None:
        """The value that stands for the item: the instant one, else the mean; None where it has neither."""
        return next((self.kinds[kind] for kind in VALUES if kind in self.kinds), None)

    @property
    def converted(self) -> Decimal | None:
        """The same at the reference oxygen content (折算)."""
        return self.kinds.get("ZsRtd", self.kinds.get("ZsAvg"))

    @property
    def normal(self) -> bool:
        """Whether it counts: N, or not marked at all."""
        return self.flag in {"", "N"}


@dataclass(frozen=True)
class Packet:
    """What a packet says.

    flag       as it stands; number, numbers: of a packet that was cut into several, else 1 of 1
    groups     the items of CP as they stand, pair by pair
    remarks    what is not as the standard says: the key of each, for the log (格式告警)
    """

    qn: str
    st: str
    cn: str
    mn: str
    pw: str = ""
    flag: int = 0
    numbers: int = 1
    number: int = 1
    groups: tuple[tuple[tuple[str, str], ...], ...] = ()
    remarks: tuple[str, ...] = field(default=(), compare=False)

    @property
    def version(self) -> int:
        return self.flag >> VERSION_SHIFT

    @property
    def wants_answer(self) -> bool:
        return bool(self.flag & ACKNOWLEDGE)

    @property
    def parameters(self) -> dict[str, str]:
        """All pairs of CP by name; of two of one name the first."""
        found: dict[str, str] = {}
        for group in self.groups:
            for name, value in group:
                found.setdefault(name, value)
        return found

    @property
    def data_time(self) -> datetime | None:
        """DataTime as the device's clock says it; None where there is none, or it is no time."""
        return moment(self.parameters.get("DataTime", ""))

    @property
    def sent_at(self) -> datetime | None:
        """When the request was made, by QN."""
        return moment(self.qn)


class UnreadablePacket(ValueError):
    """The data of a packet says nothing: a header is missing, or it is no text."""


def moment(text: str) -> datetime | None:
    """Return a time as it is written, to milliseconds; None where it is none."""
    if not TIME.fullmatch(text[:14]):
        return None
    try:
        read = datetime.strptime(text[:14], "%Y%m%d%H%M%S").replace(tzinfo=CHINA)
        return read + timedelta(milliseconds=int(text[14:17] or 0))
    except ValueError:
        return None


def read(data: bytes) -> Packet:
    """Read the data of a packet. Raises UnreadablePacket where nobody can tell what it is."""
    text, remarks = _text(data)
    before, mark, after = text.partition(f"CP={MARK}")
    if not mark:
        raise UnreadablePacket("CP")
    body, closed, _rest = after.rpartition(MARK)
    if not closed:
        body = after
        remarks.append("no-end")
    header = _header(before, remarks)
    for name in ("ST", "CN", "MN"):
        if not header.get(name):
            raise UnreadablePacket(name)
    if not header.get("PW"):
        remarks.append("no-password")
    if not moment(header.get("QN", "")):
        remarks.append("no-request-number")
    numbers, number = _count(header, "PNUM"), _count(header, "PNO")
    if not 1 <= number <= numbers:
        raise UnreadablePacket("PNO")
    return Packet(
        qn=header.get("QN", ""),
        st=header["ST"],
        cn=header["CN"],
        mn=header["MN"],
        pw=header.get("PW", ""),
        flag=_flag(header, remarks),
        numbers=numbers,
        number=number,
        groups=_groups(body, remarks),
        remarks=tuple(dict.fromkeys(remarks)),
    )


def _text(data: bytes) -> tuple[str, list[str]]:
    for encoding in ("ascii", "utf-8", "gb18030"):
        try:
            return data.decode(encoding), [] if encoding == "ascii" else ["not-ascii"]
        except UnicodeDecodeError:
            continue
    raise UnreadablePacket("text")


def _header(text: str, remarks: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        if part.strip() != part or name.strip() != name or value.strip() != value:
            remarks.append("blanks")
        if equals:
            found.setdefault(name.strip(), value.strip())
    return found


def _flag(header: Mapping[str, str], remarks: list[str]) -> int:
    text = header.get("Flag", "")
    if text.isdigit() and int(text) < 256:
        return int(text)
    remarks.append("no-flag")
    return 0


def _count(header: Mapping[str, str], name: str) -> int:
    text = header.get(name, "") or "1"
    if not text.isdigit():
        raise UnreadablePacket(name)
    return int(text)


def _groups(body: str, remarks: list[str]) -> tuple[tuple[tuple[str, str], ...], ...]:
    groups = []
    for group in body.split(";"):
        pairs = []
        for pair in group.split(","):
            name, equals, value = pair.partition("=")
            if not equals:
                if pair.strip():
                    remarks.append("no-value")
                continue
            if name.strip() != name or value.strip() != value:
                remarks.append("blanks")
            pairs.append((name.strip(), value.strip()))
        if pairs:
            groups.append(tuple(pairs))
    return tuple(groups)


def items(packet: Packet, dialects: Dialects) -> tuple[list[MeasuredItem], list[str]]:
    """Return what was measured, item by item, and what is not as the standard says."""
    medium = medium_of(packet.st)
    found: dict[str, tuple[dict[str, Decimal], dict[str, str]]] = {}
    remarks: list[str] = []
    for group in packet.groups:
        for name, text in group:
            called, dash, kind = name.rpartition("-")
            if not dash:
                continue
            code = dialects.code_of(called, medium)
            if code != called:
                remarks.append("former-code")
            values, words = found.setdefault(code, ({}, {}))
            if kind in {"Flag", "EFlag", "SampleTime", "Info", "SN"}:
                words.setdefault(kind, text)
            elif (value := number_of(text)) is not None:
                values.setdefault(kind, value)
            elif text:
                remarks.append("no-number")
    rows = [
        MeasuredItem(code, values, words.get("Flag", ""), words.get("EFlag", ""), words.get("SampleTime", ""))
        for code, (values, words) in found.items()
        if values or "Flag" in words
    ]
    return rows, list(dict.fromkeys(remarks))


def medium_of(st: str) -> str:
    """Return the medium whose factors a system (ST) speaks of: "a" air, "w" water, "n" noise, "" for others."""
    return {"31": "a", "22": "a", "39": "a", "27": "a", "51": "a"}.get(st) or (
        "w" if st in {"21", "24", "26", "32", "33", "34", "52"} else "n" if st in {"23", "36"} else ""
    )


def number_of(text: str) -> Decimal | None:
    """Return a number as it is written, None where it is none. Never a float: 0.1 stays 0.1."""
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() and abs(value.adjusted()) < 19 else None


def written(packet: Packet, parameters: str | None = None) -> bytes:
    """Return the data of a packet."""
    split = f"PNUM={packet.numbers};PNO={packet.number};" if packet.flag & SPLIT else ""
    body = joined(packet.groups) if parameters is None else parameters
    head = f"QN={packet.qn};ST={packet.st};CN={packet.cn};PW={packet.pw};MN={packet.mn};Flag={packet.flag};{split}"
    return f"{head}CP={MARK}{body}{MARK}".encode()


def joined(groups: Iterable[Iterable[tuple[str, str]]]) -> str:
    """Return the items of CP as they are written."""
    return ";".join(",".join(f"{name}={value}" for name, value in group) for group in groups)


def sent(packet: Packet, *, longest: int = 950, longest_data: int = 1024) -> list[bytes]:
    """Return the frames that a packet makes: one, or several where CP or its data is longer than they may be.

    Items stay whole. Raises ValueError where a single item is longer than that.
    """
    around = len(written(replace(packet, flag=packet.flag | SPLIT, numbers=9999, number=9999), ""))
    longest = min(longest, longest_data - around)
    parts: list[list[tuple[tuple[str, str], ...]]] = [[]]
    for group in packet.groups:
        if len(joined([group])) > longest:
            raise ValueError(group[0][0])
        if parts[-1] and len(joined([*parts[-1], group])) > longest:
            parts.append([])
        parts[-1].append(group)
    if len(parts) == 1:
        return [framed(written(packet))]
    one = replace(packet, flag=packet.flag | SPLIT, numbers=len(parts))
    return [
        framed(written(replace(one, number=number, groups=tuple(groups)))) for number, groups in enumerate(parts, 1)
    ]


class Assembly:
    """Puts packets together that were cut into several (PNUM, PNO), in whatever order and however often they come.

    most      packets that may lie here incomplete; the oldest gives way, so that a device that floods costs only itself
    """

    def __init__(self, most: int = 64) -> None:
        self.most = most
        self._parts: dict[tuple[str, str, str, int], dict[int, Packet]] = {}

    def add(self, packet: Packet) -> Packet | None:
        """Return the whole packet once its last part is there; a packet that is whole at once."""
        if packet.numbers == 1:
            return packet
        key = (packet.mn, packet.qn, packet.cn, packet.numbers)
        parts = self._parts.setdefault(key, {})
        parts.setdefault(packet.number, packet)
        if len(parts) < packet.numbers:
            while len(self._parts) > self.most:
                del self._parts[next(iter(self._parts))]
            return None
        del self._parts[key]
        return _whole([parts[number] for number in sorted(parts)])

    @property
    def waiting(self) -> int:
        return len(self._parts)


def _whole(parts: Sequence[Packet]) -> Packet:
    groups = [group for part in parts for group in part.groups]
    time = next((pair for group in groups for pair in group if pair[0] == "DataTime"), None)
    # DataTime is repeated in each part; it stands once in the whole.
    kept = [tuple(pair for pair in group if pair != time) for group in groups] if time else groups
    whole = ((time,), *(group for group in kept if group)) if time else tuple(kept)
    remarks = tuple(dict.fromkeys(remark for part in parts for remark in part.remarks))
    return replace(parts[0], numbers=1, number=1, flag=parts[0].flag & ~SPLIT, groups=whole, remarks=remarks)


# What the centre says.


def answer(to: Packet, cn: str, **said: str) -> Packet:
    """Return the answer to a packet: the same QN and MN, from system to system, wanting no answer itself."""
    groups = tuple(((name, value),) for name, value in said.items())
    return Packet(qn=to.qn, st=SYSTEM, cn=cn, pw=to.pw, mn=to.mn, flag=to.version << VERSION_SHIFT, groups=groups)


def request_answered(to: Packet, code: int = 1) -> Packet:
    """Return 9011: whether a request will be carried out. code: QnRtn."""
    return answer(to, "9011", QnRtn=str(code))


def carried_out(to: Packet, code: int = 1) -> Packet:
    """Return 9012: what became of a request. code: ExeRtn."""
    return answer(to, "9012", ExeRtn=str(code))


def notice_taken(to: Packet) -> Packet:
    """Return 9013: a notice was heard."""
    return answer(to, "9013")


def data_taken(to: Packet) -> Packet:
    """Return 9014: data was received, and is kept."""
    return answer(to, "9014")


def request(
    *, qn: str, st: str, cn: str, pw: str, mn: str, parameters: Mapping[str, str], version: int = V2017
) -> Packet:
    """Return a command of the centre, which wants an answer."""
    groups = tuple(((name, value),) for name, value in parameters.items() if value)
    return Packet(qn, st, cn, mn, pw, version << VERSION_SHIFT | ACKNOWLEDGE, groups=groups)


def request_number(at: datetime) -> str:
    """Return QN of a moment, to milliseconds."""
    here = at.astimezone(CHINA)
    return f"{here:%Y%m%d%H%M%S}{here.microsecond // 1000:03d}"
