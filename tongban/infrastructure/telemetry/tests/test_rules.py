import pytest

from tongban.infrastructure.telemetry import rules


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("case 12 of 13812345678 failed", "case 12 of *** failed"),
        ("id 99010219900307002X is taken", "id *** is taken"),
        ("DETAIL:  Key (name)=(林晓云) already exists.", "DETAIL: ***"),
        ("batch 202611221234567890123 is whole", "batch 202611221234567890123 is whole"),
        ("port 8000, 3 attempts", "port 8000, 3 attempts"),
    ],
)
def test_it_cuts_personal_data_out_of_a_line(text, kept):
    assert rules.without_personal_data(text) == kept


@pytest.mark.parametrize(
    ("address", "how", "kept"),
    [
        ("203.0.113.77", "short", "203.0.113.0/24"),
        ("2001:db8:1:2::3", "short", "2001:db8:1::/48"),
        ("203.0.113.77", "full", "203.0.113.77"),
        ("203.0.113.77", "none", ""),
        ("not an address", "short", ""),
        ("", "short", ""),
    ],
)
def test_it_shortens_an_address_to_its_network(address, how, kept):
    assert rules.network_of(address, how) == kept


@pytest.mark.parametrize(
    ("text", "fit"),
    [
        ("7f3a9c0012345678", True),
        ("short", False),
        ("a" * 65, False),
        ("a line\nbreak here", False),
        ("姓名姓名姓名姓名", False),
    ],
)
def test_it_takes_over_only_harmless_request_ids(text, fit):
    assert rules.is_request_id(text) is fit


@pytest.mark.parametrize(
    ("view", "place"),
    [
        ("hall:cases:mine", ("hall", "cases")),
        ("telemetry:ready", ("telemetry", "")),
        ("", ("", "")),
        ("plain", ("", "")),
    ],
)
def test_it_reads_portal_and_room_from_a_views_name(view, place):
    assert rules.portal_and_room(view) == place


@pytest.mark.parametrize(("address", "local"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)])
def test_it_knows_this_machine_by_its_address(address, local):
    assert rules.is_loopback(address) is local


@pytest.mark.found("S-M11")
@pytest.mark.parametrize("hostile", ["a\nb", "a\rb", "\x1b[31m", "\x9b31m", "a\u2028b", "a\u0085b", "\u202eb", "a\0b"])
def test_what_would_break_out_of_a_line_is_written_out(hostile):
    written = rules.escaped(hostile)

    assert len(written.splitlines()) == 1
    assert written.isprintable()
    assert rules.escaped("发证机关：云泽市") == "发证机关：云泽市"


@pytest.mark.found("S-M11")
def test_no_line_of_a_traceback_begins_like_a_line_of_the_log():
    assert (
        rules.indented("Traceback\n2026-11-28 [error] FAKE\x1b") == "    Traceback\n    2026-11-28 [error] FAKE\\u001b"
    )
