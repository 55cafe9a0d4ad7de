"""What is asked of the eight sets, and how it is answered: pages by key, related entities inside, single properties."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import QuerySet, Sum

from tongban.infrastructure.database.paging import keyset_page
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotFound
from tongban.platform.sensing.models import HourSummary
from tongban.platform.sensing.rules.odata import Expand, Options, Segment, UnreadableQuery, options
from tongban.platform.sensing.sensorthings.entities import SETS, EntitySet, visible
from tongban.platform.sensing.sensorthings.filtering import filtered, ordered

USUAL, MOST = 100, 1000  # entities of a page
INSIDE = 100  # of a page that stands inside an entity
DATA_ARRAY = ("id", "phenomenonTime", "resultTime", "result")


class Reached:
    """Where an address leads.

    rows    what the actor sees of it; one: it is a single entity; rest: what is asked of that: a property, $value, $ref
    """

    def __init__(self, entities: EntitySet, rows: QuerySet[Any], *, one: bool, stream: int | None = None) -> None:
        self.entities, self.rows, self.one, self.stream = entities, rows, one, stream
        self.rest: list[str] = []

    @property
    def row(self) -> Any:
        """Return the one entity. Raises NotFound."""
        found = self.rows.first()
        if found is None:
            raise NotFound()
        return found


def reach(actor: Actor, path: list[Segment]) -> Reached:
    """Follow an address as far as the actor may. Raises NotFound, UnreadableQuery."""
    first, *further = path
    if first.name not in SETS:
        raise NotFound()
    reached = _first(SETS[first.name], actor, first)
    for number, segment in enumerate(further):
        related = reached.entities.related.get(segment.name)
        if related is None:
            reached.rest = [one.name for one in further[number:]]
            return reached
        if not reached.one:
            raise UnreadableQuery(f"say of which one: {segment.name}")
        row = reached.row
        stream = row.pk if related.target == "Observations" and reached.entities.name == "Datastreams" else None
        rows = visible(related, row, actor)
        if segment.key is not None:
            rows = rows.filter(pk=segment.key)
        reached = Reached(SETS[related.target], rows, one=segment.key is not None or not related.many, stream=stream)
    return reached


def _first(entities: EntitySet, actor: Actor, segment: Segment) -> Reached:
    rows = entities.visible_to(actor)
    if segment.key is None:
        return Reached(entities, rows, one=False)
    return Reached(entities, rows.filter(pk=segment.key), one=True)


def read(actor: Actor, root: str, path: list[Segment], query: str) -> Any:
    """Answer a question. query: as it stands in the address. Raises NotFound, UnreadableQuery."""
    asked = options(dict(parse_qsl(query, keep_blank_values=True)))
    reached = reach(actor, path)
    if reached.rest:
        return _property(root, reached)
    if reached.one:
        return Shower(actor, root).entity(reached.entities, reached.row, asked)
    address = root + "/" + "/".join(_written(one) for one in path)
    if asked.data_array and reached.entities.name == "Observations":
        return _data_array(actor, root, address, query, reached, asked)
    return Shower(actor, root).page(reached, asked, address, query)


def _written(segment: Segment) -> str:
    return segment.name if segment.key is None else f"{segment.name}({segment.key})"


def _property(root: str, reached: Reached) -> Any:
    """Answer what is asked of one entity: a property, its value alone, or references of a list."""
    entities, rest = reached.entities, reached.rest
    if rest == ["$ref"]:
        links = [
            {"@iot.selfLink": f"{root}/{entities.name}({pk})"}
            for pk in reached.rows.values_list("pk", flat=True)[:MOST]
        ]
        if reached.one and not links:
            raise NotFound()
        return links[0] if reached.one else {"value": links}
    name, *further = rest
    if not reached.one or (name not in entities.said and name not in ("id", "@iot.id")):
        raise NotFound()
    value = reached.row.pk if name in ("id", "@iot.id") else entities.said[name](reached.row)
    while further and further[0] != "$value":
        name = further.pop(0)
        if not isinstance(value, Mapping) or name not in value:
            raise NotFound()
        value = value[name]
    return Bare(value) if further == ["$value"] else {name: value}


class Bare:
    """A value that is answered as it is, not in a mapping."""

    def __init__(self, value: Any) -> None:
        self.value = value


class Shower:
    """Puts entities together for one actor, with what is asked inside them."""

    def __init__(self, actor: Actor, root: str) -> None:
        self.actor, self.root = actor, root

    def entity(self, entities: EntitySet, row: Any, asked: Options) -> dict[str, Any]:
        link = f"{self.root}/{entities.name}({row.pk})"
        _refuse_unknown(entities, asked)
        wanted = set(asked.select)
        shown: dict[str, Any] = {}
        if not wanted or wanted & {"id", "@iot.id"}:
            shown["@iot.id"] = row.pk
        if not wanted or "@iot.selfLink" in wanted:
            shown["@iot.selfLink"] = link
        shown |= {name: said(row) for name, said in entities.said.items() if not wanted or name in wanted}
        if shown.get("properties") == {}:
            del shown["properties"]
        expands = {one.name: one for one in asked.expand}
        for name in entities.related:
            if name in expands:
                shown |= self._inside(entities, row, expands[name], f"{link}/{name}")
            elif not wanted or name in wanted:
                shown[f"{name}@iot.navigationLink"] = f"{link}/{name}"
        return shown

    def page(self, reached: Reached, asked: Options, address: str, query: str) -> dict[str, Any]:
        """Return a page of a list: filter, count, order, skip, top, expand, select, in this order."""
        entities = reached.entities
        rows, size = (
            filtered(entities, reached.rows, asked.filter),
            min(USUAL if asked.top is None else asked.top, MOST),
        )
        shown: dict[str, Any] = {}
        if asked.count:
            shown["@iot.count"] = _count(rows, reached.stream if asked.filter is None else None)
        found, following = _page(entities, rows, asked, size)
        if following:
            shown["@iot.nextLink"] = f"{address}?{_turned(query, following)}"
        shown["value"] = [self.entity(entities, row, asked) for row in found]
        return shown

    def _inside(self, entities: EntitySet, row: Any, expand: Expand, address: str) -> dict[str, Any]:
        related = entities.related[expand.name]
        target = SETS[related.target]
        rows = visible(related, row, self.actor)
        if not related.many:
            one = rows.first()
            return {expand.name: None if one is None else self.entity(target, one, expand.options)}
        asked = expand.options
        rows = filtered(target, rows, asked.filter)
        size = min(INSIDE if asked.top is None else asked.top, MOST)
        shown: dict[str, Any] = {}
        if asked.count:
            shown[f"{expand.name}@iot.count"] = rows.count()
        found, following = _page(target, rows, asked, size)
        shown[expand.name] = [self.entity(target, one, asked) for one in found]
        if following:
            shown[f"{expand.name}@iot.nextLink"] = f"{address}?{_turned('', following)}"
        return shown


def _refuse_unknown(entities: EntitySet, asked: Options) -> None:
    known = {*entities.said, *entities.related, "id", "@iot.id", "@iot.selfLink"}
    if unknown := sorted(set(asked.select) - known):
        raise UnreadableQuery(f"$select: no such property: {unknown[0]}")
    if unknown := sorted({one.name for one in asked.expand} - entities.related.keys()):
        raise UnreadableQuery(f"$expand: no such property: {unknown[0]}")


def _page(entities: EntitySet, rows: QuerySet[Any], asked: Options, size: int) -> tuple[list[Any], dict[str, str]]:
    """Return some rows and what changes in the address for those that follow: {} where there are none."""
    if not size:
        return [], {}
    rows, columns = ordered(entities, rows, asked.orderby)
    columns = columns or ["pk"]
    if asked.skip:  # as clients of older servers turn pages; what follows is counted, too
        order = columns if columns[-1].lstrip("-") == "pk" else [*columns, "pk"]
        found = list(rows.order_by(*order)[asked.skip : asked.skip + size + 1])
        return found[:size], {"$skip": str(asked.skip + size)} if len(found) > size else {}
    page = keyset_page(rows, {"after": asked.token}, order=columns, size=size)
    if page.unread:
        raise UnreadableQuery("$skiptoken: follow @iot.nextLink as it is given")
    following = dict(parse_qsl(page.next))
    return page.rows, {"$skiptoken": following["after"]} if following else {}


def _turned(query: str, following: Mapping[str, str]) -> str:
    kept = {
        name: value for name, value in parse_qsl(query, keep_blank_values=True) if name not in ("$skip", "$skiptoken")
    }
    return urlencode({**kept, **following}, safe="$()/',;")


def _count(rows: QuerySet[Any], stream: int | None) -> int:
    """Count a list; the readings of one stream are summed up by the hour already."""
    if stream is not None:
        return int(HourSummary.objects.filter(stream=stream).aggregate(total=Sum("readings"))["total"] or 0)
    return int(rows.count())


def _data_array(actor: Actor, root: str, address: str, query: str, reached: Reached, asked: Options) -> dict[str, Any]:
    """Return readings as rows under the stream that they are of (18-088, 12)."""
    names = [name for name in (asked.select or DATA_ARRAY) if name in DATA_ARRAY or name in reached.entities.said]
    rows = filtered(reached.entities, reached.rows, asked.filter)
    found, following = _page(reached.entities, rows, asked, min(asked.top or USUAL, MOST))
    groups: dict[int, list[list[Any]]] = {}
    for row in found:
        values = [row.pk if name in ("id", "@iot.id") else reached.entities.said[name](row) for name in names]
        groups.setdefault(row.stream_id, []).append(values)
    shown: dict[str, Any] = {"@iot.nextLink": f"{address}?{_turned(query, following)}"} if following else {}
    shown["value"] = [
        {
            "Datastream@iot.navigationLink": f"{root}/Datastreams({stream})",
            "components": names,
            "dataArray@iot.count": len(values),
            "dataArray": values,
        }
        for stream, values in groups.items()
    ]
    return shown


def root_document(root: str) -> dict[str, Any]:
    """Return what there is: the eight sets, and which parts of the standard are kept."""
    base = "http://www.opengis.net/spec/iot_sensing/1.1/req"
    return {
        "value": [{"name": name, "url": f"{root}/{name}"} for name in SETS],
        "serverSettings": {
            "conformance": [
                f"{base}/datamodel",
                f"{base}/resource-path/resource-path-to-entities",
                f"{base}/request-data",
                f"{base}/create-update-delete",
                f"{base}/batch-request/batch-request",
                f"{base}/data-array/data-array",
            ]
        },
    }
