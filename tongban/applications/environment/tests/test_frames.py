"""HJ 212 on the line, by the standard's own packets and by whatever a network does to them."""

import json
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tongban.applications.environment.rules import dialects, packets
from tongban.applications.environment.rules.frames import DamagedBytes, Decoder, WireFrame, crc16, framed

DIALECTS = dialects.read(json.loads((Path(__file__).parents[1] / "data" / "hj212.json").read_text()))
HEAD = "QN=20160801085857223;ST={};CN={};PW={};MN=010000A8900016F000169DC0;Flag={};"
# Packets of the standard, and computed by its rule; the first one is its own example.
VECTORS = [
    "##0101" + HEAD.format(32, 1062, 100000, 5) + "CP=&&RtdInterval=30&&1C80",
    "##0087" + HEAD.format(91, 9014, 123456, 4) + "CP=&&&&3240",
    "##0094" + HEAD.format(91, 9011, 123456, 4) + "CP=&&QnRtn=1&&1B00",
    "##0095" + HEAD.format(91, 9012, 123456, 4) + "CP=&&ExeRtn=1&&6240",
    "##0168"
    + HEAD.format(32, 2011, 123456, 5)
    + "CP=&&DataTime=20160801085857;w01001-Rtd=7.1,w01001-Flag=N;w01018-Rtd=2.2,w01018-Flag=N&&74C0",
    "##0247QN=20160801085000001;ST=32;CN=2051;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801084000;"
    "w00000-Cou=10.5,w00000-Min=16.4,w00000-Avg=17.5,w00000-Max=20.1,w00000-Flag=N;"
    "w01001-Min=7.1,w01001-Avg=7.5,w01001-Max=7.8,w01001-Flag=N&&47C0",
    "##0206QN=20160801090000001;ST=31;CN=2061;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&DataTime=20160801080000;"
    "a21026-Cou=1.20,a21026-Min=10.1,a21026-Avg=18.5,a21026-Max=40.2,a21026-ZsAvg=22.2,a21026-Flag=N&&9841",
]
FRAMES = [f"{vector}\r\n".encode() for vector in VECTORS]


def found(data: bytes, *, longest: int = 1024) -> list[WireFrame | DamagedBytes]:
    return list(Decoder(longest).feed(data))


@pytest.mark.parametrize("frame", FRAMES)
def test_the_standards_packets_are_read_and_written_byte_for_byte(frame):
    [read] = found(frame)
    packet = packets.read(read.data)

    assert read.raw == frame
    assert framed(read.data) == frame
    assert packets.sent(packet) == [frame]
    assert packet.remarks == ()


def test_the_check_is_not_that_of_modbus():
    assert crc16(b"123456789") != 0x4B37
    assert f"{crc16(FRAMES[0][6:-6]):04X}" == "1C80"


def test_a_check_that_is_not_the_packets_own_is_refused():
    """As printed in a parser's README: 136 bytes with the check of another packet."""
    wrong = FRAMES[0].replace(b"1C80", b"4980")

    assert [type(one) for one in found(wrong)] == [DamagedBytes]
    assert found(wrong)[0].problem == "crc"
    assert found(FRAMES[0].replace(b"1C80", b"1c80"))[0].data == FRAMES[0][6:-6]


@given(st.lists(st.sampled_from(FRAMES), max_size=6), st.lists(st.integers(1, 60), min_size=1))
def test_packets_come_out_whole_however_they_are_cut_and_glued(frames, sizes):
    line, decoder, read = b"".join(frames), Decoder(), []
    position, number = 0, 0
    while position < len(line):
        size = sizes[number % len(sizes)]
        read += decoder.feed(line[position : position + size])
        position, number = position + size, number + 1

    assert [one.raw for one in read] == frames
    assert decoder.waiting <= 2


@given(st.binary(max_size=80), st.sampled_from(FRAMES), st.sampled_from(FRAMES))
def test_noise_costs_no_packet_behind_it(noise, first, second):
    noise = noise.replace(b"#", b"")
    read = found(first + noise + second)

    assert [one.raw for one in read if isinstance(one, WireFrame)] == [first, second]


@given(st.sampled_from(FRAMES), st.data())
def test_a_damaged_byte_costs_its_own_packet_only(frame, data):
    place = data.draw(st.integers(0, len(frame) - 3))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != frame[place]))
    broken = frame[:place] + bytes([byte]) + frame[place + 1 :]
    read = found(broken + FRAMES[1] + FRAMES[2])
    whole = [one.raw for one in read if isinstance(one, WireFrame)]

    assert whole[-2:] == [FRAMES[1], FRAMES[2]]
    # A letter of the check in small writing is no damage.
    assert len(whole) == 2 or broken.upper() == frame.upper()


def test_a_length_that_lies_does_not_hold_up_what_follows():
    for wrong in (b"##0901", b"##0050", b"##9999", b"##01X1"):
        read = found(FRAMES[0].replace(b"##0101", wrong) + FRAMES[1])
        assert [one.raw for one in read if isinstance(one, WireFrame)] == [FRAMES[1]], wrong
        assert isinstance(read[0], DamagedBytes)


def test_a_head_of_three_marks_and_a_missing_line_end_are_forgiven():
    assert [one.raw for one in found(b"#" + FRAMES[0]) if isinstance(one, WireFrame)] == [FRAMES[0]]
    assert [one.raw for one in found(FRAMES[0][:-2] + FRAMES[1])] == FRAMES[:2]


def test_a_stream_without_end_is_not_kept():
    decoder = Decoder()
    for _time in range(100):
        list(decoder.feed(b"x" * 10_000))
    assert decoder.waiting == 0
    assert [one.problem for one in decoder.feed(b"##9999")] == ["length", "noise"]


# What a packet says


def test_items_are_read_with_their_kinds_and_flags():
    [ph, cod] = packets.items(packets.read(FRAMES[4][6:-6]), DIALECTS)[0]
    assert (ph.code, ph.value, ph.flag, ph.normal) == ("w01001", Decimal("7.1"), "N", True)
    assert (cod.code, cod.value) == ("w01018", Decimal("2.2"))

    [flow, _ph] = packets.items(packets.read(FRAMES[5][6:-6]), DIALECTS)[0]
    assert flow.kinds == {
        "Cou": Decimal("10.5"),
        "Min": Decimal("16.4"),
        "Avg": Decimal("17.5"),
        "Max": Decimal("20.1"),
    }
    assert flow.value == Decimal("17.5")

    [sulphur] = packets.items(packets.read(FRAMES[6][6:-6]), DIALECTS)[0]
    assert sulphur.converted == Decimal("22.2")
    assert packets.read(FRAMES[6][6:-6]).data_time == datetime(2016, 8, 1, 8, tzinfo=packets.CHINA)


@pytest.mark.parametrize("flag", "NFMSDCTB")
def test_every_flag_of_the_standard_is_kept_and_only_n_counts(flag):
    packet = packets.read(
        f"QN=20260801085857223;ST=32;CN=2011;MN=A1;PW=1;Flag=5;CP=&&w01018-Rtd=1,w01018-Flag={flag}&&".encode()
    )
    [item] = packets.items(packet, DIALECTS)[0]

    assert (item.flag, item.normal) == (flag, flag == "N")
    assert DIALECTS.marks[flag]


def test_the_edition_of_2005_is_read_with_its_own_codes():
    """Old packets have no version in Flag; 011 is water's COD, 01 is air's smoke dust."""
    water = packets.read(
        b"ST=32;CN=2011;PW=123456;MN=88888880000001;CP=&&DataTime=20060801085857;B01-Rtd=100;011-Rtd=20.5,011-Flag=N&&"
    )
    air = packets.read(b"ST=31;CN=2011;PW=123456;MN=88888880000001;Flag=1;CP=&&01-Rtd=30.1;02-Rtd=5&&")

    assert water.version == air.version == 0
    assert [item.code for item in packets.items(water, DIALECTS)[0]] == ["w00000", "w01018"]
    assert [item.code for item in packets.items(air, DIALECTS)[0]] == ["a34013", "a21026"]
    assert "former-code" in packets.items(water, DIALECTS)[1]
    assert {"no-request-number", "no-flag"} <= set(water.remarks)
    assert packets.data_taken(air).flag == 0


def test_an_edition_to_come_is_read_as_the_newest_known_and_said():
    packet = packets.read(b"QN=20260801085857223;ST=32;CN=2011;PW=1;MN=A1;Flag=9;CP=&&w01018-Rtd=1&&")
    edition, known = DIALECTS.edition(packet.version)

    assert (packet.version, edition.name, known) == (2, "HJ 212—2017", False)
    assert packets.data_taken(packet).version == 2


def test_a_file_with_the_next_edition_is_all_that_it_needs():
    content = json.loads((Path(__file__).parents[1] / "data" / "hj212.json").read_text())
    content["editions"].append({"version": 2, "name": "HJ 212—2025", "source": "…", "valid_from": "2026-01-01"})

    assert dialects.read(content).edition(2)[1]


def test_what_devices_really_send_is_forgiven_and_said():
    """Blanks, a missing password, a code without its letter as in table C.14 of the standard itself, an open end."""
    packet = packets.read(
        "QN=20160801085857223;ST=32; CN=2011;MN=A1;Flag=5;CP=&&01018-Rtd= 2.2;w01001-Rtd=--;坏".encode("gb18030")
    )
    read, remarks = packets.items(packet, DIALECTS)

    assert [(item.code, item.value) for item in read] == [("w01018", Decimal("2.2"))]
    assert {"blanks", "no-password", "no-end", "not-ascii", "no-value"} <= set(packet.remarks)
    assert set(remarks) == {"former-code", "no-number"}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"QN=1;ST=32",
        b"ST=32;MN=A1;CP=&&&&",
        b"CN=2011;MN=A1;CP=&&&&",
        b"ST=32;CN=2011;CP=&&&&",
        b"\xff\xff\xff;CP=&&&&",
        b"ST=32;CN=2011;MN=A1;PNUM=2;PNO=3;CP=&&&&",
        b"ST=32;CN=2011;MN=A1;PNUM=x;CP=&&&&",
    ],
)
def test_what_says_nothing_is_refused(data):
    with pytest.raises(packets.UnreadablePacket):
        packets.read(data)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_break_the_reader(data):
    with suppress(packets.UnreadablePacket):
        packets.items(packets.read(data), DIALECTS)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0.1", Decimal("0.1")),
        ("-3", Decimal(-3)),
        ("", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e99", None),
        ("7,1", None),
    ],
)
def test_numbers_are_exact_or_none(text, number):
    assert packets.number_of(text) == number


# Packets in parts


@given(st.integers(40, 120), st.integers(80, 950), st.randoms(use_true_random=False))
def test_a_long_packet_is_cut_between_items_and_comes_back_whole(count, longest, random):
    groups = tuple(((f"w{number:05d}-Rtd", f"{number}.5"), (f"w{number:05d}-Flag", "N")) for number in range(count))
    packet = packets.Packet("20260801085857223", "32", "2011", "A1", "123456", 5, groups=groups)
    parts = [packets.read(frame.data) for frame in found(b"".join(packets.sent(packet, longest=longest)))]
    assert len(parts) == parts[0].numbers > 1
    assert all(part.flag == 7 for part in parts)

    again = [*parts, *parts[:-1]]
    random.shuffle(parts)
    assembly = packets.Assembly()
    whole = [assembly.add(part) for part in parts]

    assert whole[:-1] == [None] * (len(parts) - 1)
    assert whole[-1] == packet
    assert assembly.waiting == 0
    assert [assembly.add(part) for part in again[: len(parts)]][-1] == packet


def test_data_time_that_every_part_repeats_stands_once():
    time = ((("DataTime", "20260801085800"),),)
    parts = [
        packets.Packet(
            "1", "32", "2011", "A1", flag=7, numbers=2, number=number, groups=(*time, ((f"w0{number}-Rtd", "1"),))
        )
        for number in (1, 2)
    ]
    assembly = packets.Assembly()

    assert assembly.add(parts[1]) is None
    assert assembly.add(parts[0]).groups == (*time, (("w01-Rtd", "1"),), (("w02-Rtd", "1"),))


def test_a_device_that_never_finishes_a_packet_costs_little():
    assembly = packets.Assembly(most=8)
    for number in range(100):
        assembly.add(packets.Packet(str(number), "32", "2011", "A1", flag=7, numbers=2))

    assert assembly.waiting == 8


def test_one_item_longer_than_a_packet_is_refused():
    with pytest.raises(ValueError, match="w1-Info"):
        packets.sent(packets.Packet("1", "32", "3020", "A1", groups=((("w1-Info", "x" * 951),),)))


# Answers and commands


def test_answers_are_those_of_the_standard():
    asked = replace(packets.read(FRAMES[0][6:-6]), pw="123456")

    assert packets.sent(packets.data_taken(asked)) == [FRAMES[1]]
    assert packets.sent(packets.request_answered(asked)) == [FRAMES[2]]
    assert packets.sent(packets.carried_out(asked)) == [FRAMES[3]]
    assert packets.notice_taken(asked).cn == "9013"


def test_a_command_is_written_as_in_the_standard():
    command = packets.request(
        qn=packets.request_number(datetime(2016, 8, 1, 8, 58, 57, 223000, packets.CHINA)), st="32", cn="1062",
        pw="100000", mn="010000A8900016F000169DC0", parameters={"RtdInterval": "30"},
    )  # fmt: skip
    assert packets.sent(command) == [FRAMES[0]]


EVERY = """1000 1011 1012 1013 1061 1062 1063 1064 1072 2011 2012 2021 2022 2031 2041 2051 2061 2081
3011 3012 3013 3014 3015 3016 3017 3018 3019 3020 3021 9011 9012 9013 9014"""


def test_every_command_of_the_standard_is_known():
    assert sorted(DIALECTS.commands) == sorted(EVERY.split())


@pytest.mark.parametrize(
    ("cn", "given", "wrong"),
    [
        ("1062", {"RtdInterval": "30"}, {}),
        ("1062", {"RtdInterval": "29"}, {"RtdInterval": "wrong"}),
        ("1062", {"RtdInterval": "3601"}, {"RtdInterval": "wrong"}),
        ("1062", {}, {"RtdInterval": "missing"}),
        ("1064", {"MinInterval": "10"}, {}),
        ("1064", {"MinInterval": "7"}, {"MinInterval": "wrong"}),
        ("1072", {"NewPW": "1234567"}, {"NewPW": "wrong"}),
        ("1072", {"NewPW": "12;CN1"}, {"NewPW": "wrong"}),
        ("1012", {"SystemTime": "20260801085857"}, {}),
        ("1012", {"SystemTime": "20261301085857"}, {"SystemTime": "wrong"}),
        ("2061", {"BeginTime": "20260801000000", "EndTime": "20260802000000"}, {}),
        ("3016", {"PolId": "w01018", "CstartTime": "000000", "Ctime": "2"}, {}),
        ("3016", {"PolId": "w01018", "CstartTime": "250000", "Ctime": "25"}, {"CstartTime": "wrong", "Ctime": "wrong"}),
        ("3015", {}, {}),
        ("3015", {"PolId": "w01018"}, {"PolId": "unknown"}),
    ],
)
def test_parameters_of_commands_are_checked(cn, given, wrong):
    assert DIALECTS.commands[cn].faults(given) == wrong
