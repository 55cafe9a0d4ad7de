"""SIP, MANSCDP, windows and boundaries: tables of examples, hostile ones among them."""

from datetime import date, datetime, time

import pytest

from tongban.applications.safecity.rules import manscdp, patrols, sip
from tongban.applications.safecity.tests import building

GOOD = (
    b"MESSAGE sip:p@d SIP/2.0\r\nv: SIP/2.0/UDP h;branch=1\r\nf: <sip:34020000001320000001@d>;tag=1\r\n"
    b"To: <sip:p@d>\r\ni: a\r\nCSeq: 1 MESSAGE\r\nl: 2\r\n\r\nhi"
)


def test_digest_is_that_of_the_standard():
    """Source: RFC 2617, 3.5."""
    given = sip.parameters(
        'Digest username="Mufasa", realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", '
        'uri="/dir/index.html", qop=auth, nc=00000001, cnonce="0a4f113b", opaque="5ccc069c403ebaf9f0171e9517f40e41"'
    )
    assert sip.digest(given, password="Circle Of Life", method="GET") == "6629fae49393a05397450978507c4ef1"
    assert not sip.proves({**given, "response": "0" * 32}, password="Circle Of Life", method="GET")
    assert not sip.proves(
        {**given, "response": sip.digest(given, password="", method="GET")}, password="", method="GET"
    )


def test_short_names_are_read_and_what_lies_behind_the_length_is_left():
    message = sip.read(GOOD + b"more")
    assert (message.method, message.user, message.body) == ("MESSAGE", "34020000001320000001", b"hi")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "unfinished"),
        (GOOD[:-1], "cut"),
        (GOOD.replace(b"l: 2", b"l: -2"), "length"),
        (GOOD.replace(b"l: 2", b"l: 99999999"), "length"),
        (GOOD.replace(b"SIP/2.0\r\n", b"HTTP/1.1\r\n"), "start"),
        (GOOD.replace(b"i: a\r\n", b""), "call-id"),
        (GOOD.replace(b"i: a", b"no header"), "header"),
        (GOOD.replace(b"i: a", b"i: \xff"), "text"),
        (GOOD.replace(b"i: a", b"i: \x00"), "text"),
        (GOOD.replace(b"i: a\r\n", b"i: a\r\n" + b"x: y\r\n" * 80), "long"),
        (GOOD + b"x" * 70_000, "long"),
    ],
)
def test_what_is_no_message_is_refused_with_a_word(data, why):
    with pytest.raises(sip.UnreadableSip) as refused:
        sip.read(data)
    assert refused.value.args == (why,)


def test_a_stream_gives_whole_messages_however_it_is_cut():
    data = b"\r\n\r\n" + GOOD + GOOD
    stream, found = sip.SipStream(), []
    for number in range(len(data)):
        found += stream.feed(data[number : number + 1])
    assert [one.body for one in found] == [b"hi", b"hi"]


def test_a_stream_without_end_is_ended():
    with pytest.raises(sip.UnreadableSip):
        list(sip.SipStream().feed(b"x" * 10_000))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [({"expires": ("60",)}, 60), ({"contact": ("<sip:a@b>;expires=0",)}, 0), ({}, None), ({"expires": ("-1",)}, None)],
)
def test_how_long_a_device_registers(headers, seconds):
    assert sip.expires(sip.SipMessage("REGISTER", "", 0, headers)) == seconds


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "gb18030", "utf-8"])
def test_chinese_is_read_in_whatever_a_device_truly_writes(encoding):
    body = building.alarm().decode("gb2312").encode(encoding)
    assert manscdp.alarm(manscdp.read(body)).words == "外壳被打开"


def test_a_catalogue_is_read_with_its_channels():
    told = manscdp.read(building.catalogue(sn=7))
    assert (told.sn, told.total) == ("7", 1)
    assert told.items == (manscdp.CatalogueItem(building.CHANNEL, "广场东", True, None, None),)


HOSTILE = {
    "entities": b'<!DOCTYPE x [<!ENTITY a "b">]><Notify><CmdType>&a;</CmdType></Notify>',
    "laughs": b'<!DOCTYPE l [<!ENTITY l "l"><!ENTITY m "&l;&l;&l;">]><Notify>&m;</Notify>',
    "a file": b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><Notify><CmdType>&a;</CmdType></Notify>',
    "another root": b"<Evil><CmdType>Alarm</CmdType></Evil>",
    "no command": b"<Notify><SN>1</SN></Notify>",
    "nesting": b"<Notify><CmdType>Alarm</CmdType>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</Notify>",
    "cut": b"<Notify><CmdType>Alarm</CmdType>",
    "zero": b"<Notify>\x00</Notify>",
    "bytes": b"<Notify>\xff\xff\xff</Notify>",
    "too many": b"<Response><CmdType>Catalog</CmdType><DeviceList>" + b"<Item/>" * 1001 + b"</DeviceList></Response>",
    "empty": b"",
}


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile_xml_is_refused(what):
    with pytest.raises(manscdp.UnreadableXml):
        manscdp.read(HOSTILE[what])


def test_a_window_may_pass_midnight():
    zone, day = manscdp.CHINA, date(2026, 8, 3)
    night = patrols.window(day, time(23), time(1), from_=time(20), zone=zone)
    assert night == (datetime(2026, 8, 3, 23, tzinfo=zone), datetime(2026, 8, 4, 1, tzinfo=zone))
    early = patrols.window(day, time(2), time(3), from_=time(20), zone=zone)
    assert early.begins == datetime(2026, 8, 4, 2, tzinfo=zone)


RING = [[30.0, 118.0], [30.0, 119.0], [31.0, 119.0], [31.0, 118.0]]


@pytest.mark.parametrize(
    ("place", "within"),
    [
        ((30.5, 118.5), True),
        ((31.5, 118.5), False),
        ((30.5, 119.5), False),
        ((30.0, 118.5), True),
        ((30.5, 118.0), True),
    ],
)
def test_whether_a_place_lies_within_a_boundary(place, within):
    assert patrols.inside(place, RING) == within


@pytest.mark.parametrize(("ring", "fault"), [(RING, False), (RING[:2], True), ([*RING, [91.0, 0.0]], True)])
def test_what_is_no_boundary(ring, fault):
    assert patrols.ring_fault(ring) == fault
