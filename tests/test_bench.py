"""What the benchmarks lay ready before they measure can be laid ready, so that none of them is broken for months."""

import pytest

from bench.house import founded

pytestmark = pytest.mark.slow


def test_it_lays_ready_what_is_measured():
    with founded("postgresql") as city:
        many = city.inside("million", 300, 100, 3, 40)
        agent = city.inside("companies", 1)[0]
        drafts = city.inside("drafts", f"{agent['account']}:{agent['firm']}", 3)
        decided = city.inside("decided", 2)
        people = city.inside("people", 2, "Kept-for-Measuring-1")
        systems = city.inside("systems", 1)
        asked = city.inside("searching", 5, 1, "食品", "居住证")
        audit = city.inside("audit")
        clocks = city.inside("clocks")
        opened = city.inside("opened", 4, 2)

    assert many["cases"] > 300
    assert many["open_tasks"]
    assert len(drafts[0]) == 3
    assert len(decided) == 2
    assert len(people) == 2
    assert systems["key"]
    assert asked["answered_percent"] > 0
    assert audit["cases"]
    assert len(many["readers"]) == 32
    assert (clocks["cases"] > 300, clocks["differences"]) == (True, 0)
    assert (len(opened["tasks"]), len(opened["officials"])) == (8, 2)
