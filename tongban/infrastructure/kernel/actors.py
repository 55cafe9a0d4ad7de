"""Who acts: the same small value for a person, an official, a machine and the house itself."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_
from typing import Any, Literal, Self

from django.db.models import Q

from tongban.infrastructure.kernel.refusals import NotAllowed

# Not an empty Q: that one vanishes beside "or" instead of letting everything through.
EVERYTHING = Q(pk__isnull=False)

# The keys of an actor: account, party, and the party they act for.
KEYS = ("account", "party", "acting_for")

# So many indexes are read for one list.
MAX_PARTS = 40

# department -> prefixes of the areas in it, "" for everywhere; under None what holds in all departments
Reach = Mapping[int | None, frozenset[str]]

Kind = Literal["anonymous", "person", "staff", "client", "system"]


@dataclass(frozen=True, slots=True)
class Grant:
    """One duty, and how far it reaches.

    departments   ids of the departments (a subtree, written out); None for all
    area          division code prefix; "" for everywhere
    deputises     account of the colleague whose duty this is, where it is held in their place for a time
    """

    duty: str
    departments: frozenset[int] | None = None
    area: str = ""
    deputises: int | None = None

    def covers(self, department: int | None, area: str) -> bool:
        in_department = self.departments is None or department is None or department in self.departments
        return in_department and area.startswith(self.area)


@dataclass(frozen=True, slots=True)
class ActorAuthority:
    """All of an actor that decides what they may see, save whose rows these are: that is said by their keys.

    keys   which keys the actor has, of KEYS
    """

    kind: Kind
    grants: tuple[Grant, ...]
    services: tuple[str, ...]
    keys: tuple[str, ...]

    def actor(self, key: Callable[[str], Any]) -> "Actor":
        """Return an actor of this authority and nothing else; `key` gives what stands for each of their keys."""
        return Actor(
            self.kind, grants=self.grants, services=self.services, channel="", **{name: key(name) for name in self.keys}
        )


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever does something, with everything needed to decide whether they may.

    account      id of the account that signed in
    party        id of the person this account belongs to (parties.Party)
    acting_for   id of the party whose mandate they use at the moment, None when acting for themself
    acting_name  what that party is called, for the header of pages
    services     codes of the services the mandate is for; () for all
    """

    kind: Kind
    account: int | None = None
    name: str = ""
    party: int | None = None
    acting_for: int | None = None
    grants: tuple[Grant, ...] = field(default=(), repr=False)
    channel: str = "web"
    address: str = ""
    acting_name: str = ""
    services: tuple[str, ...] = ()

    @property
    def represents(self) -> int | None:
        """The party whose affairs these are: the represented one, else the person themself."""
        return self.acting_for or self.party

    @property
    def represents_fully(self) -> int | None:
        """The party all of whose affairs these are; None under a mandate that is for certain services only."""
        return None if self.services else self.represents

    @property
    def authority(self) -> ActorAuthority:
        """What decides which rows they may see; two actors of one authority are asked the same, with other keys."""
        keys = tuple(name for name in KEYS if getattr(self, name))
        return ActorAuthority(self.kind, self.grants, self.services, keys)

    @property
    def signed_in(self) -> bool:
        return self.kind != "anonymous"

    def holds(self, duty: str, *, department: int | None = None, area: str = "") -> bool:
        """Say whether the duty is held for that department and area (None and "": anywhere at all)."""
        if self.kind == "system":
            return True
        return any(
            grant.duty == duty and (grant.covers(department, area) if department or area else True)
            for grant in self.grants
        )

    def must_hold(self, duty: str, *, department: int | None = None, area: str = "") -> None:
        """Raise NotAllowed unless the duty is held."""
        if not self.holds(duty, department=department, area=area):
            raise NotAllowed(duty=duty)

    @property
    def colleagues(self) -> frozenset[int]:
        """The accounts in whose place they may act today."""
        return frozenset(grant.deputises for grant in self.grants if grant.deputises is not None)

    def in_place_of(self, duty: str, *, department: int | None = None, area: str = "") -> int | None:
        """Return the account by whose duty they act here; None where the duty is their own, or nobody's."""
        held = [grant.deputises for grant in self.grants if grant.duty == duty and grant.covers(department, area)]
        return None if None in held else next(iter(held), None)

    def holding(self, duty: str) -> Self:
        """Return the actor with this duty and no other."""
        return replace(self, grants=tuple(grant for grant in self.grants if grant.duty == duty))

    def within(self, duty: str, *, department: str = "department", area: str = "area") -> Q:
        """Return the condition "what this duty reaches" for a model with these two columns."""
        return within_reach(self.reach(duty), department=department, area=area) or EVERYTHING

    def reach(self, *duties: str) -> Reach:
        """Return where the actor holds one of these duties; conditions and the parts of lists are made of this."""
        if self.kind == "system":
            return {None: frozenset({""})}
        reach: dict[int | None, frozenset[str]] = {}
        for grant in self.grants:
            if grant.duty in duties:
                for number in (None,) if grant.departments is None else sorted(grant.departments):
                    reach[number] = reach.get(number, frozenset()) | {grant.area}
        return reach

    def may_act_in(self, service: str) -> bool:
        """Say whether the mandate in use is for this service: one without limits is for all."""
        return not self.services or service in self.services

    def within_mandate(self, column: str = "service") -> Q:
        """Return the condition "what the mandate is for", for a model that names its service in this column.

        What belongs to no service is in no mandate that is limited to some. Without limits: no condition.
        """
        return Q(**{f"{column}__in": self.services}) if self.services else Q()

    def within_by_department(self, duty: str, *, department: str = "department", area: str = "area") -> list[Q]:
        """Return what `within` says in parts that an index by department holds in order, one for each department.

        Whoever reaches very many departments looks at a good part of everything: that is one part.
        """
        reach = self.reach(duty)
        if None in reach or len(reach) > MAX_PARTS:
            return [self.within(duty, department=department, area=area)]
        places = sorted((number, areas) for number, areas in reach.items() if number is not None)
        return [Q(**{department: number}) & in_areas(areas, area) for number, areas in places]

    def with_channel(self, channel: str) -> Self:
        return replace(self, channel=channel)


def any_of(conditions: Iterable[Q]) -> Q:
    """Return the condition "one of these"; an empty one lets everything through, none at all nothing."""
    known = list(conditions)
    if not all(known):
        return EVERYTHING
    return reduce(or_, known) if known else Q(pk__in=[])


def in_areas(areas: Iterable[str], column: str = "area") -> Q:
    """Return the condition "in one of these areas"; no condition where everywhere is among them."""
    known = sorted(areas)
    return Q() if "" in known else any_of(Q(**{f"{column}__startswith": area}) for area in known)


def within_reach(reach: Reach, *, department: str = "department", area: str = "area") -> Q:
    """Return the condition "in one of these places"; no condition where that is everywhere."""
    if "" in reach.get(None, ()):
        return Q()
    alike: dict[frozenset[str], list[int]] = {}
    for number, areas in reach.items():
        if number is not None:
            alike.setdefault(areas, []).append(number)
    places = [Q(**{f"{department}__in": sorted(numbers)}) & in_areas(areas, area) for areas, numbers in alike.items()]
    return any_of([in_areas(reach[None], area), *places] if None in reach else places)


ANONYMOUS = Actor("anonymous")
SYSTEM = Actor("system", name="通办", channel="worker")
