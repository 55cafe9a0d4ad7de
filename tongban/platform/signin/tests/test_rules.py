"""The codes of RFC 4226 and RFC 6238, and what is typed."""

import pytest

from tongban.platform.signin import rules

SECRET = b"12345678901234567890"
SEEDS = {"sha1": SECRET, "sha256": (SECRET * 2)[:32], "sha512": (SECRET * 4)[:64]}


@pytest.mark.parametrize(
    ("counter", "code"),
    list(
        enumerate(["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"])
    ),
)
def test_codes_by_counter_are_those_of_rfc_4226(counter, code):
    assert rules.one_time_code(SECRET, counter) == code


@pytest.mark.parametrize(
    ("seconds", "digest", "code"),
    [
        (59, "sha1", "94287082"),
        (59, "sha256", "46119246"),
        (59, "sha512", "90693936"),
        (1111111109, "sha1", "07081804"),
        (1111111109, "sha256", "68084774"),
        (1111111109, "sha512", "25091201"),
        (1111111111, "sha1", "14050471"),
        (1111111111, "sha256", "67062674"),
        (1111111111, "sha512", "99943326"),
        (1234567890, "sha1", "89005924"),
        (1234567890, "sha256", "91819424"),
        (1234567890, "sha512", "93441116"),
        (2000000000, "sha1", "69279037"),
        (2000000000, "sha256", "90698825"),
        (2000000000, "sha512", "38618901"),
        (20000000000, "sha1", "65353130"),
        (20000000000, "sha256", "77737706"),
        (20000000000, "sha512", "47863826"),
    ],
)
def test_codes_by_time_are_those_of_rfc_6238(seconds, digest, code):
    counter = rules.counter_at(seconds)

    assert rules.one_time_code(SEEDS[digest], counter, digits=8, digest=digest) == code


@pytest.mark.parametrize(("ahead", "matches"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_one_period_off(ahead, matches):
    typed = rules.one_time_code(SECRET, 1000 + ahead)

    assert (rules.matching_counter(SECRET, typed, now=1000, used=0) is not None) is matches


def test_a_used_code_and_all_before_it_are_void():
    typed = rules.one_time_code(SECRET, 999)

    assert rules.matching_counter(SECRET, typed, now=1000, used=999) is None
    assert rules.matching_counter(SECRET, typed, now=1000, used=1000) is None


def test_the_address_in_the_picture_names_house_and_account():
    address = rules.setup_address(SECRET, issuer="云泽市", login="lin.xiaoyun")

    assert address == (
        "otpauth://totp/%E4%BA%91%E6%B3%BD%E5%B8%82%3Alin.xiaoyun?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        "&issuer=%E4%BA%91%E6%B3%BD%E5%B8%82&digits=6&period=30"
    )


def test_a_recovery_code_reads_the_same_however_it_is_typed():
    assert rules.recovery_code(range(12)) == "2345-6789-abcd"
    assert rules.normal_recovery_code(" 2345 6789-ABCD") == "23456789abcd"
