from datetime import UTC, datetime, timedelta

import pytest

from tongban.platform.identity import rules

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "seconds"), [(0, 0), (5, 0), (6, 2), (7, 4), (8, 8), (9, 16), (14, 512), (15, 900), (5000, 900)]
)
def test_a_wait_grows_up_to_a_limit(failures, seconds):
    assert rules.wait(failures, free=5, first=2, most=900) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("started", "seen", "ends"),
    [
        (0, 0, 30),  # idle comes first
        (0, 400, 430),
        (0, 590, 600),  # old comes first
    ],
)
def test_a_sign_in_ends_when_it_is_idle_or_old(started, seen, ends):
    found = rules.expires_at(
        started_at=NOON + timedelta(minutes=started),
        seen_at=NOON + timedelta(minutes=seen),
        idle=timedelta(minutes=30),
        most=timedelta(hours=10),
    )

    assert found == NOON + timedelta(minutes=ends)


@pytest.mark.parametrize(
    ("area", "prefix"),
    [("", ""), ("990000", "99"), ("990100", "9901"), ("990102", "990102"), ("990102001", "990102001")],
)
def test_an_area_reaches_what_begins_with_its_digits(area, prefix):
    assert rules.reach(area) == prefix


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "true"),
    [
        ("10.0.0.9", "1.2.3.4", 0, "10.0.0.9"),  # nobody of ours stands in front, so the header is only a claim
        ("10.0.0.9", "1.2.3.4", 1, "1.2.3.4"),
        ("10.0.0.9", "6.6.6.6, 1.2.3.4", 1, "1.2.3.4"),
        ("10.0.0.9", "6.6.6.6, 1.2.3.4, 10.0.0.1", 2, "1.2.3.4"),
        ("10.0.0.9", "", 1, "10.0.0.9"),
        ("2001:db8::1", "", 0, "2001:db8::1"),
    ],
)
def test_the_true_address_is_the_last_one_our_own_proxies_saw(remote, forwarded, proxies, true):
    assert rules.true_address(remote, forwarded, proxies) == true


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_attempts_are_counted_for_the_network_that_one_visitor_has(address, counted):
    assert rules.throttle_network(address) == counted


@pytest.mark.parametrize(
    ("description", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/150.0 Safari/537.36", "Chrome · Windows"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/150.0 Safari/537.36 Edg/150.0", "Edge · Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari · iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/150.0 Mobile MicroMessenger/8.0", "微信 · Android"),
        ("curl/8.0", ""),
        ("", ""),
    ],
)
def test_a_device_is_told_in_words(description, words):
    assert rules.device(description) == words


def test_a_login_is_kept_in_one_form():
    assert rules.normal_login("  Ｌin.XiaoYun ") == "lin.xiaoyun"


def test_a_key_does_no_more_than_is_held():
    assert rules.within(["b", "a", "c", "a"], ["a", "b"]) == ["a", "b"]
