from datetime import date

import pytest

from tongban.platform.licences import rules

# Real and synthetic identifiers, check character last. Source: GB/T 36904-2018 and licences in circulation.
IDENTIFIERS = [
    "11100000000013338W011.11430000006122244L.20230000403.001.U",
    "11100000MB03271699022.340100.000000016.001.9",
    "11100000000013338W009.11330105002500287C.2025052201.002.0",
    "11100000000013338W032.11220000013544541J.2430599.001.F",
    "11100000MB03271699001.11110000000012343B.2026000001.001.0",
    "11100000000000000A001.11110000000012343B.JY13301060012340.002.C",
]


@pytest.mark.requirement("PLT-A-14")
@pytest.mark.parametrize("text", IDENTIFIERS)
def test_the_check_character_of_known_identifiers_fits(text):
    identifier, warnings = rules.read_identifier(f"{rules.ROOT_OID}.{text}")

    assert identifier.endswith(text)
    assert "check" not in warnings


@pytest.mark.parametrize("text", IDENTIFIERS)
def test_every_single_wrong_character_is_noticed(text):
    body, check = text.replace(".", "")[:-1], text[-1]
    for place in range(len(body)):
        for wrong in "0A":
            if body[place] != wrong:
                changed = body[:place] + wrong + body[place + 1 :]
                assert rules.check_character(changed) != check


def test_an_identifier_is_built_with_its_check_character():
    identifier = rules.Identifier("11100000MB03271699001", "11110000000012343B", "2026000001", 1)

    assert str(identifier) == "1.2.156.3005.2.11100000MB03271699001.11110000000012343B.2026000001.001.0"


KNOWN = "1.2.156.3005.2.11100000MB03271699001.11110000000012343B.2026000001.001.0"


@pytest.mark.parametrize(
    ("text", "warnings"),
    [
        (KNOWN, ()),
        (KNOWN.lower(), ()),
        (f"urn:oid:{KNOWN}", ()),
        (KNOWN.removeprefix("1.2.156.3005.2."), ("root",)),
        (KNOWN.replace(".", "-"), ("separators",)),
        (KNOWN[:-1] + "1", ("check",)),
        ("1.2.156.3005.2.11100000MB03271699022.340100.000000016.001.9", ("issuer",)),
        ("1.2.156.3005.2.11100000MB03271699001.11110000000012343B.2026000001.1.0", ("version", "check")),
    ],
)
def test_unusual_identifiers_are_taken_with_a_warning(text, warnings):
    identifier, told = rules.read_identifier(text)

    assert identifier.startswith(rules.ROOT_OID)
    assert told == warnings


@pytest.mark.parametrize("text", ["", "2.5.4.3", "1.2.156.3005.2.short.1111.2026000001.001.0", f"{KNOWN}.0", "JY29901"])
def test_what_is_no_identifier_is_not_taken(text):
    assert rules.read_identifier(text) == ("", ())


@pytest.mark.parametrize(
    ("digits", "check"),
    [("0794", "5"), ("1043301230010", "8"), ("1063101150123", "4"), ("2013702020456", "3")],
)
def test_the_check_digit_of_food_licences_fits_the_standard(digits, check):
    assert rules.check_digit(digits) == check


@pytest.mark.parametrize(
    ("pattern", "written"),
    [
        ("JY2{area}{serial:06}{check}", "JY2990100000017" + rules.check_digit("2990100000017")),
        ("JY1440306000051{check}", "JY14403060000511"),
        ("云卫公证字〔{year}〕第{serial:04}号", "云卫公证字〔2026〕第0017号"),
        ("No. 5", "No. 5"),
    ],
)
def test_a_number_is_written_by_its_pattern(pattern, written):
    assert rules.number(pattern, area="990100", year=2026, serial=17) == written


def test_a_series_that_outgrew_its_width_is_not_cut():
    with pytest.raises(ValueError, match="100"):
        rules.number("A{serial:02}", area="", year=2026, serial=100)


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("JY2{area}{serial:06}{check}", None),
        ("plain", None),
        ("{serial}{city}", "city"),
        ("{area}", "serial"),
        ("{check}{serial}", "check"),
        ("{serial}{", "{"),
        ("{serial.__class__}", "{"),
    ],
)
def test_a_pattern_is_checked_before_it_is_used(pattern, problem):
    assert rules.format_problem(pattern) == problem


@pytest.mark.parametrize(
    ("state", "on", "validity"),
    [
        ("valid", date(2026, 1, 1), "valid"),
        ("valid", date(2030, 12, 31), "valid"),
        ("valid", date(2031, 1, 1), "expired"),
        ("valid", date(2025, 12, 31), "pending"),
        ("revoked", date(2031, 1, 1), "revoked"),
        ("suspended", date(2026, 1, 1), "suspended"),
    ],
)
def test_a_valid_licence_expires_by_itself(state, on, validity):
    assert rules.validity(state, valid_from=date(2026, 1, 1), valid_until=date(2030, 12, 31), on=on) == validity


def test_a_long_term_licence_never_expires():
    assert rules.validity("valid", valid_from=date(2026, 1, 1), valid_until=None, on=date(2999, 1, 1)) == "valid"


def test_what_is_over_stays_over():
    over = ("revoked", "cancelled", "superseded")

    assert not any(rules.STEPS[state] for state in over)
    assert rules.after("valid", "resume") is None
    assert rules.after("suspended", "resume") == "valid"
