"""Where a parcel is by what was told, what a label shows, and the bars of its number."""

from itertools import permutations

import pytest
from reportlab.graphics.barcode import code128

from tongban.platform.delivery import barcodes, rules


@pytest.mark.parametrize(
    ("state", "kinds", "after"),
    [
        ("booked", [], "booked"),
        ("booked", ["note"], "booked"),
        ("booked", ["picked_up"], "picked_up"),
        ("booked", ["on_way"], "on_way"),
        ("on_way", ["picked_up"], "on_way"),
        ("picked_up", ["picked_up", "failed"], "on_way"),
        ("booked", ["picked_up", "signed", "returned"], "signed"),
        ("on_way", ["returned", "signed"], "returned"),
        ("signed", ["returned"], "signed"),
        ("lost", ["on_way"], "lost"),
        ("lost", ["signed"], "signed"),
        ("collected", ["signed"], "collected"),
        ("requested", ["signed"], "requested"),
    ],
)
def test_a_state_follows_from_what_was_told(state, kinds, after):
    assert rules.state_after(state, kinds) == after


def test_lines_of_a_way_may_be_told_in_any_order():
    ends = {rules.state_after("booked", told) for told in permutations(["picked_up", "on_way", "trying"])}

    assert ends == {"on_way"}


@pytest.mark.parametrize("phone", ["13900000001", "0990-55510100", "099055510100", "4008100100"])
def test_a_courier_can_call_these(phone):
    assert not rules.phone_problem(phone)


@pytest.mark.parametrize("phone", ["", "139", "12345678901", "abc", "1390000000", "139000000011"])
def test_a_courier_cannot_call_these(phone):
    assert rules.phone_problem(phone)


@pytest.mark.parametrize(
    ("phone", "shown"),
    [("13900000001", "139******01"), ("0990-55510100", "0990******100"), ("123456", "******")],
)
def test_six_figures_of_a_telephone_are_hidden(phone, shown):
    assert rules.masked_phone(phone) == shown


@pytest.mark.parametrize(
    ("street", "shown"),
    [
        ("柳岸街15号2单元301室", "柳岸街15号***单元***室"),
        ("湖滨大道100号", "湖滨大道100号"),
        ("石桥路18号B座1203室", "石桥路18号B座***室"),
    ],
)
def test_unit_and_room_are_hidden(street, shown):
    assert rules.masked_street(street) == shown


@pytest.mark.parametrize("text", ["SF1234567890123", "1200000000001", "a~ Z"])
def test_bars_are_those_of_another_maker(text):
    bars, width = barcodes.code128(text)

    other = code128.Code128(text, barWidth=1, quiet=False, humanReadable=False)
    other._tryCompact = None
    other.validate()
    other.encoded = [104, *(ord(char) - 32 for char in text)]
    check = (104 + sum(place * value for place, value in enumerate(other.encoded[1:], 1))) % 103
    patterns = "".join(code128._patterns[value] for value in [*other.encoded, check, 106])
    expected, place = [], 10
    for char in patterns:
        wide = ord(char.lower()) - ord("a") + 1
        if char.isupper():
            expected.append((place, wide))
        place += wide
    assert bars == expected
    assert width == place + 10


def test_what_no_bars_can_say_is_refused():
    with pytest.raises(ValueError, match="ASCII"):
        barcodes.code128("运单")
