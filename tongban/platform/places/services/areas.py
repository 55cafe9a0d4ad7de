"""Loading areas and halls, and naming them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.journal import services as journal
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Invalid
from tongban.platform.places import rules
from tongban.platform.places.events import AreasLoaded, HallsLoaded
from tongban.platform.places.models import AddressPosition, Area, Hall

_HALL = {"key", "name", "english", "address", "hours", "hours_english", "phone", "note", "note_english", "windows"}
_HALL_NEEDS = ("key", "name", "address", "hours", "phone")
_KEYS = {"code", "name", "level", "parent", "valid_from", "valid_until", "extent"}


@dataclass(frozen=True)
class Loaded:
    """How many areas are new, changed and as they were."""

    new: int
    changed: int
    unchanged: int


def name_of(code: str, *, on: date | None = None) -> str:
    """Return the name an area has (or had that day); the code itself where it is unknown."""
    known = list(Area.objects.coded(code))
    fits = [area for area in known if area.is_valid(on or clock.today())]
    return next((area.name for area in fits or known), code)


def full_name_of(code: str, *, on: date | None = None) -> str:
    """Return the name with those of everything around it, from the outside: 云泽市临湖区."""
    day = on or clock.today()
    names: list[str] = []
    area = next((area for area in Area.objects.coded(code) if area.is_valid(day)), None)
    while area is not None:
        names.insert(0, area.name)
        area = area.parent
    return "".join(names) or code


def full_names_of(codes: Iterable[str], *, on: date | None = None) -> dict[str, str]:
    """Return the full names of many codes with one question, as `full_name_of` says each."""
    chains = {code: _chain(code) for code in codes if code}
    wanted = {part for chain in chains.values() for part in chain}
    names = dict(Area.objects.valid(on=on or clock.today()).filter(code__in=wanted).values_list("code", "name"))
    return {code: "".join(names.get(part, "") for part in chain) or code for code, chain in chains.items()}


def _chain(code: str) -> list[str]:
    """Return a code and those of everything around it, from the outside."""
    chain: list[str] = []
    above: str | None = code
    while above:
        chain.insert(0, above)
        try:
            above = rules.code_above(above)
        except ValueError:
            above = None
    return chain


def names_around(code: str, *, on: date | None = None) -> dict[str, str]:
    """Return the names of an area and of everything around it by their levels: "district" → 临湖区, "city" → 云泽市."""
    day = on or clock.today()
    found: dict[str, str] = {}
    area = next((area for area in Area.objects.coded(code) if area.is_valid(day)), None)
    while area is not None:
        found[area.level] = area.name
        area = area.parent
    return found


def choices() -> list[tuple[str, str]]:
    """Return the cities and districts of today as (code, full name), to choose from."""
    known = Area.objects.valid(on=clock.today()).of_levels("city", "district")
    names = {area.pk: area.name for area in known}
    return [(area.code, names.get(area.parent_id or 0, "") + area.name) for area in known]


def position_of(address: str) -> tuple[float, float] | None:
    """Return latitude and longitude of an address, or of the house it lies in; None where nobody measured it."""
    point = AddressPosition.objects.nearest_to(address.strip())
    return (point.latitude, point.longitude) if point else None


def extent_of(code: str) -> tuple[float, ...]:
    """Return how far the city of a division code reaches: south, west, north, east; () where that is unknown."""
    city = next(iter(Area.objects.coded(f"{code[:4]}00")), None)
    return tuple(city.extent) if city else ()


def halls() -> list[Hall]:
    """Return where the city serves people in person, in its order."""
    return list(Hall.objects.in_order())


@transaction.atomic
def load(*, actor: Actor, table: Mapping[str, Any]) -> Loaded:
    """Take over areas; the same again changes nothing. Raises NotAllowed, Invalid.

    table   {"source": …, "valid_from": …, "area": [{"code", "name", "level", "parent", "valid_from", "valid_until",
            "extent"}]}; all but code and name may be left out: level and parent follow from the code, the dates from
            the table.
            An area stands in the list after what it lies in; "extent" says how far it reaches.
            "point": [{"text": address to the house number, "latitude", "longitude"}], where addresses lie
            "hall": [{"key", "name", "address", "hours", "phone", …}], all halls there are, in their order; see Hall
    """
    actor.must_hold("places.manage")
    source, rows = str(table.get("source", "")), list(table.get("area", []))
    _refuse_inconsistent(source, rows, table)
    changed: list[str] = []
    count = {"new": 0, "changed": 0, "unchanged": 0}
    for row in rows:
        outcome = _take_over(row, source, row.get("valid_from") or table["valid_from"])
        count[outcome] += 1
        if outcome != "unchanged":
            changed.append(row["code"])
    for row in table.get("point", []):
        where = {"latitude": row["latitude"], "longitude": row["longitude"], "source": source}
        AddressPosition.objects.update_or_create(text=row["text"], defaults=where)
    if changed:
        journal.write(AreasLoaded(source, changed), by=actor, subject="places")
    if "hall" in table and (moved := _take_over_halls(list(table["hall"]), source)):
        journal.write(HallsLoaded(source, moved), by=actor, subject="places")
    return Loaded(**count)


def _take_over(row: Mapping[str, Any], source: str, valid_from: date) -> str:
    code = row["code"]
    above = row.get("parent") or rules.code_above(code)
    parent = next(iter(Area.objects.coded(above)), None) if above else None
    wanted = {
        "name": row["name"],
        "level": row.get("level") or rules.level_of(code),
        "parent_id": parent and parent.pk,
        "valid_until": row.get("valid_until"),
        "source": source,
        "extent": list(row.get("extent", [])),
    }
    found = Area.objects.filter(code=code, valid_from=valid_from).first()
    if found and all(getattr(found, field) == value for field, value in wanted.items()):
        return "unchanged"
    Area.objects.update_or_create(code=code, valid_from=valid_from, defaults=wanted)
    return "changed" if found else "new"


def _take_over_halls(rows: list[Any], source: str) -> list[str]:
    """Let the halls be those of the table; return the keys of those that are new, changed or gone."""
    known = {hall.key: hall for hall in Hall.objects.all()}
    moved = []
    for order, row in enumerate(rows):
        wanted: dict[str, Any] = {"english": "", "hours_english": "", "note": "", "note_english": "", "windows": []}
        wanted |= {**row, "order": order, "source": source}
        found = known.pop(row["key"], None)
        if found is None or any(getattr(found, name) != value for name, value in wanted.items()):
            Hall.objects.update_or_create(key=row["key"], defaults=wanted)
            moved.append(row["key"])
    Hall.objects.filter(key__in=known).delete()
    return [*moved, *known]


def _refuse_inconsistent(source: str, rows: list[Any], table: Mapping[str, Any]) -> None:
    errors: dict[str, list[Any]] = {}
    if not source:
        errors["source"] = [_("Say where the areas come from.")]
    for index, row in enumerate(rows):
        texts = _inconsistencies(row, dated="valid_from" in table)
        if texts:
            errors[f"area.{index}"] = texts
    for index, row in enumerate(table.get("hall", [])):
        texts = [_("Unknown key: %(key)s.") % {"key": key} for key in sorted(set(row) - _HALL)]
        texts += [_("The hall has no “%(key)s”.") % {"key": key} for key in _HALL_NEEDS if not row.get(key)]
        if texts:
            errors[f"hall.{index}"] = texts
    if errors:
        raise Invalid(errors)


def _inconsistencies(row: Mapping[str, Any], *, dated: bool) -> list[Any]:
    texts: list[Any] = []
    if unknown := sorted(set(row) - _KEYS):
        texts.append(_("Unknown key: %(key)s.") % {"key": ", ".join(unknown)})
    if not row.get("name"):
        texts.append(_("The area has no name."))
    try:
        level = rules.level_of(str(row.get("code", "")))
    except ValueError:
        texts.append(_("This is not a division code: six digits, nine for a township, twelve for a village."))
    else:
        if row.get("level", level) not in Area.Level.values:
            texts.append(_("Unknown level: %(level)s.") % {"level": row["level"]})
    if not dated and "valid_from" not in row:
        texts.append(_("Say from which day the area is valid."))
    return texts
