"""A name is supplied once."""

import pytest

from tongban.infrastructure.kernel.registry import Registry


def greet() -> str:
    return "hello"


def test_what_is_registered_is_found_by_its_name():
    registry: Registry = Registry("greeting")

    assert registry.register("first", greet) is greet

    assert registry["first"] is greet
    assert "first" in registry
    assert registry.items() == [("first", greet)]
    assert registry.supplier("first") == __name__


def test_a_name_is_refused_the_second_time_and_both_suppliers_are_named():
    registry: Registry = Registry("greeting")
    registry.register("first", greet)

    with pytest.raises(ValueError, match=f"two modules register the greeting first: {__name__} and {__name__}"):
        registry.register("first", greet)


def test_a_plain_value_is_said_to_come_from_where_it_was_registered():
    registry: Registry = Registry("number")
    registry.register("one", 1)

    assert registry.supplier("one") == __name__


def test_an_unknown_name_says_which_there_are():
    registry: Registry = Registry("greeting")
    registry.register("b", greet)
    registry.register("a", greet)

    with pytest.raises(LookupError, match="no greeting is called c; known: a, b"):
        registry["c"]
    assert registry.get("c") is None


def test_what_is_registered_is_gone_through_in_order_while_more_is_registered():
    registry: Registry = Registry("greeting")
    for name in ("first", "second"):
        registry.register(name, greet)

    seen = []
    for name in registry:
        registry.register(f"{name} again", greet)
        seen.append(name)

    assert seen == ["first", "second"]
    assert len(registry) == 4
    assert registry.values() == [greet] * 4


@pytest.mark.parametrize("name", ["", "First", "first "])
def test_a_name_is_known_only_as_it_was_given(name):
    registry: Registry = Registry("greeting")
    registry.register("first", greet)

    assert name not in registry
    assert registry.get(name) is None
    with pytest.raises(LookupError):
        registry.supplier(name)


def test_an_empty_registry_says_that_there_is_none():
    with pytest.raises(LookupError, match="known: none"):
        Registry("greeting")["first"]
