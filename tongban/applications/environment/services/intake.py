"""Taking packets of HJ 212 in: kept as they came, read, and acknowledged when they are durable."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.db import transaction

from tongban.applications.environment.models import MonitoringPoint, ReceivedPacket
from tongban.applications.environment.rules import packets
from tongban.applications.environment.rules.dialects import Command
from tongban.applications.environment.rules.frames import Decoder, WireFrame
from tongban.applications.environment.rules.packets import Packet
from tongban.applications.environment.services import commanding, evidence, tables
from tongban.applications.environment.services.sources import open_stream
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.sensing import ports
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Datastream

PROTOCOL = "hj212"
# QnRtn of the standard: why a request is not taken.
WRONG_PASSWORD, UNKNOWN_MN, UNKNOWN_CN = 3, 4, 8
QUALITY = {"": "valid", "N": "valid", "T": "doubtful"}


@dataclass(frozen=True)
class WholePacket:
    """A packet as it came, whole: of one that came in parts, all its frames one behind the other."""

    packet: Packet
    raw: bytes


@dataclass(frozen=True)
class Answered:
    """What the sender of a packet is told: the answers, none where it wants none. point: None for an unknown device."""

    answers: tuple[Packet, ...]
    point: int | None = None
    fresh: bool = True


@transaction.atomic
def take_in(received: Sequence[WholePacket]) -> list[Answered]:
    """Keep packets and what they say, all of them in one transaction; return what each sender is told.

    Durable when it returns. The same packet again (MN, QN, CN) is acknowledged and changes nothing. What comes from an
    unknown device, or with a wrong password, is refused and nothing of it is kept.
    """
    points = MonitoringPoint.objects.speaking(one.packet.mn for one in received)
    now, answers = clock.now(), [Answered(())] * len(received)
    taken: dict[tuple[int, str], int] = {}
    for number, one in enumerate(received):
        point, command = points.get(one.packet.mn), tables.dialects().commands.get(one.packet.cn)
        if refused := _refusal(one.packet, point, command):
            answers[number] = _refused(one.packet, refused)
            continue
        key = (points[one.packet.mn].pk, _key(one.packet))
        answers[number] = Answered(_answer(one.packet, command), key[0], key not in taken)
        taken.setdefault(key, number)
    known = ReceivedPacket.objects.among((point for point, _key in taken), (key for _point, key in taken))
    fresh = {key: number for key, number in taken.items() if key not in known}
    for key, number in taken.items():
        if key in known:
            answers[number] = Answered(answers[number].answers, key[0], fresh=False)
    rows = [ReceivedPacket(point_id=point, key=key, received_at=now) for point, key in fresh]
    ReceivedPacket.objects.bulk_create(rows, ignore_conflicts=True)
    _keep([received[number] for number in fresh.values()], points)
    MonitoringPoint.objects.heard((point for point, _key in taken), now)
    return answers


def decode(body: bytes, source: str) -> Sequence[ports.Decoded]:
    """Return the readings of a kept frame, for sensing. Raises ports.Unreadable."""
    frames = [one for one in Decoder(tables.dialects().tolerated_data).feed(body) if isinstance(one, WireFrame)]
    assembly, packet = packets.Assembly(), None
    try:
        for frame in frames:
            packet = assembly.add(packets.read(frame.data)) or packet
    except packets.UnreadablePacket as problem:
        raise ports.Unreadable(f"no {problem}") from problem
    if packet is None:
        raise ports.Unreadable("no whole packet")
    return list(_readings(packet))


def _readings(packet: Packet) -> Iterable[ports.Decoded]:
    command = tables.dialects().commands.get(packet.cn)
    at = packet.data_time or packet.sent_at
    if command is None or not command.period or at is None:
        return
    period = "realtime" if command.period == "state" else command.period
    for item in packets.items(packet, tables.dialects())[0]:
        said = partial(ports.Decoded, at=at, quality=QUALITY.get(item.flag, "invalid"), flag=item.flag)
        for code, value in _values(item).items():
            yield said(stream=f"{packet.mn}/{code}/{period}", value=float(value))


def _values(item: packets.MeasuredItem) -> dict[str, Decimal]:
    """Return what is kept of an item: its value, the same converted, an amount, or the state of a device."""
    found: dict[str, Decimal] = {}
    if "RS" in item.kinds:
        found[f"{item.code}-RS"] = item.kinds["RS"]
        return found
    if item.value is not None:
        found[item.code] = item.value
    if item.converted is not None:
        found[f"{item.code}-Zs"] = item.converted
    if "Cou" in item.kinds and item.value is not item.kinds["Cou"]:
        found[f"{item.code}-Cou"] = item.kinds["Cou"]
    return found


def _refusal(packet: Packet, point: MonitoringPoint | None, command: Command | None) -> int:
    """Return why a packet is not taken, as QnRtn says it; 0 where it is."""
    if point is None:
        return UNKNOWN_MN
    if packet.pw and packet.pw != point.password:
        return WRONG_PASSWORD
    return 0 if command else UNKNOWN_CN


def _refused(packet: Packet, code: int) -> Answered:
    return Answered((packets.request_answered(packet, code),) if packet.wants_answer else ())


def _answer(packet: Packet, command: Command | None) -> tuple[Packet, ...]:
    if command is None or command.course == "answer" or not packet.wants_answer:
        return ()
    if command.course == "notice":
        return (packets.notice_taken(packet),)
    return (packets.data_taken(packet),)


def _key(packet: Packet) -> str:
    """Return what makes a packet the same again. Old devices send no QN: then its moment does."""
    return f"{packet.qn or packet.parameters.get('DataTime', '')}-{packet.cn}"[:60]


def _keep(fresh: Sequence[WholePacket], points: Mapping[str, MonitoringPoint]) -> None:
    """Keep frames with measured values in sensing, and hear what is not one: answers, samples, a clock's question."""
    frames, speaking = [], []
    for one in fresh:
        point, command = points[one.packet.mn], tables.dialects().commands[one.packet.cn]
        if command.period:
            speaking.append((point, one.packet))
            frames.append(sensing.Frame(PROTOCOL, point.mn, one.raw, point.department_id, point.area))
        else:
            _hear(point, one.packet, command)
    _open_streams(speaking)
    if frames:
        sensing.receive(actor=SYSTEM, frames=frames)


def _hear(point: MonitoringPoint, packet: Packet, command: Command) -> None:
    if command.course == "answer" or packet.parameters:
        commanding.take_answer(point=point, packet=packet)
    if packet.cn == "3015" and (at := packet.data_time):
        evidence.retain_sample(point=point, qn=packet.qn, at=at, bottle=packet.parameters.get("VaseNo", ""))
    if packet.cn == "1013":
        now = f"{clock.now().astimezone(packets.CHINA):%Y%m%d%H%M%S}"
        commanding.ask(actor=SYSTEM, point=point, cn="1012", parameters={"SystemTime": now}, reason="1013")


def _open_streams(speaking: Sequence[tuple[MonitoringPoint, Packet]]) -> None:
    """Open the streams that packets speak of for the first time; what no table names is said with the frame."""
    wanted = {reading.stream: point for point, packet in speaking for reading in _readings(packet)}
    for key in wanted.keys() - Datastream.objects.ids_by_key(wanted).keys():
        _mn, code, period = key.split("/")
        if tables.dialects().factor(code.partition("-")[0]) or code.endswith("-RS"):
            open_stream(wanted[key], code, period)
