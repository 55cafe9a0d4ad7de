"""Lists and menus are held by authority: so it must be all of an actor that decides what they see."""

from dataclasses import fields

from tongban.infrastructure.kernel.actors import KEYS, Actor, Grant

# What only says who it was and how they came; no condition may look at it.
SAYS_WHO = {"name", "acting_name", "address", "channel"}
AGENT = Actor("person", 1, "王芳", 2, 3, (Grant("cases.read"),), "web", "::1", "甲公司", ("food-business",))


def test_every_field_of_an_actor_decides_or_says_who_it_was():
    decides = {"kind", "grants", "services", *KEYS}

    assert {field.name for field in fields(Actor)} == decides | SAYS_WHO


def test_another_actor_of_the_same_authority_differs_in_keys_and_names_only():
    other = Actor("person", 7, "李明", 8, 9, (Grant("cases.read"),), "api", "", "乙公司", ("food-business",))

    assert AGENT.authority == other.authority
    assert AGENT.authority.actor(lambda key: f"<{key}>") == Actor(
        "person", "<account>", "", "<party>", "<acting_for>", AGENT.grants, "", "", "", AGENT.services
    )


def test_another_duty_mandate_kind_or_key_is_another_authority():
    others = [
        Actor("staff", 1, party=2, acting_for=3, grants=AGENT.grants, services=AGENT.services),
        Actor("person", 1, party=2, acting_for=3, services=AGENT.services),
        Actor("person", 1, party=2, acting_for=3, grants=AGENT.grants),
        Actor("person", 1, party=2, grants=AGENT.grants, services=AGENT.services),
        Actor("person", party=2, acting_for=3, grants=AGENT.grants, services=AGENT.services),
    ]

    assert len({AGENT.authority, *(other.authority for other in others)}) == 6
