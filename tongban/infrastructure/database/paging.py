"""Lists in pages, by key: each page begins after the last row of the one before, however long the list is."""

import base64
import json
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import partial, reduce
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BigIntegerField, F, Q, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ciphers
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.memo import Memo
from tongban.infrastructure.kernel.refusals import Invalid

AFTER, BEFORE = "after", "before"
CURSOR_KEY = "tongban cursor"

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list, and the way to those around them.

    rows             the rows
    next, previous   query strings (filters of the request stay in them), "" where there is nothing
    unread           a cursor was sent that cannot be read, so that this is the first page
    """

    rows: list[Row]
    next: str = ""
    previous: str = ""
    unread: bool = False

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class UnreadableCursor(Invalid):
    """A machine sent a cursor that cannot be read; answered with the first page again, it would never end."""

    message = _("This cursor cannot be read. Begin with the first page, and follow `next` as it is given.")


def with_readable_cursor(page: "Page[Row]") -> "Page[Row]":
    """Return a page for a machine. Raises UnreadableCursor where the cursor that was sent cannot be read."""
    if page.unread:
        raise UnreadableCursor({AFTER: [UnreadableCursor.message]})
    return page


def keyset_page(
    rows_of: "QuerySet[Any, Row] | Sequence[QuerySet[Any, Row]] | List[Row]",
    params: Mapping[str, str],
    *,
    order: Sequence[str] = ("-pk",),
    size: int = 20,
    key: str = "",
    not_null: Collection[str] = (),
    within: tuple[Any, Any] | None = None,
) -> Page[Row]:
    """Return the page that `params` (request.GET) asks for; never counts, never skips.

    rows_of  a list, or the parts that a list is put together from, each with an index in this order: one part for each
             department that somebody reaches, say. A row that stands in several parts is shown once. Or a `List`
    order    as of `order_by`; directions may be mixed; the primary key is put last where the order is not unique.
             Where a column may be null, rows without a value come last; where a path crosses a relation, select it too
    key      the last column of the order, where that tells rows apart and is not the primary key
    not_null   columns that have a value in every row of this list, though others of the table may lack it
    within   the first and last value that the first column of the order may have, None for no bound; not for a list
             that is cached. Asked for with two bounds, databases fetch and sort all between them, or enter the index at
             the wrong one: so a page is asked for from where it begins, and ends here
    A cursor that is damaged, or belongs to another list, gives the first page; `with_readable_cursor` refuses it.
    """
    found = rows_of if isinstance(rows_of, List) else List([rows_of] if isinstance(rows_of, QuerySet) else rows_of)
    if not found.parts:
        return Page([])
    keys = _keys(found.parts[0], order, key, not_null)
    keys[0] = replace(keys[0], within=within or (None, None))
    word = f"{found.parts[0].model._meta.label}:{','.join(order)}"
    backward = BEFORE in params and AFTER not in params
    values = _opened(params.get(BEFORE if backward else AFTER, ""), keys, word)

    if values is None:
        rows, more = _some(found, keys, size)
        unread = bool(params.get(AFTER) or params.get(BEFORE))
        return Page(rows, next=_query(params, AFTER, rows[-1], keys, word) if more else "", unread=unread)

    rows, more = _some(found, keys, size, values=values, backward=backward)
    if not rows or (backward and not more):  # nothing there any more, or the beginning is reached: show it whole
        return keyset_page(
            found, _without_cursor(params), order=order, size=size, key=key, not_null=not_null, within=within
        )
    if backward:
        rows.reverse()
    return Page(
        rows,
        next=_query(params, AFTER, rows[-1], keys, word) if more or backward else "",
        previous=_query(params, BEFORE, rows[0], keys, word),
    )


class List(Generic[Row]):
    """What `keyset_page` reads from: parts, each in the order of the list."""

    def __init__(self, parts: Sequence[QuerySet[Any, Row]]) -> None:
        self.parts = list(parts)

    def read(
        self, keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
    ) -> Iterator[Sequence[Row]]:
        """Yield the next rows of each part."""
        for part in self.parts:
            yield _read(part, keys, most, values, backward=backward)


class JoinedList(List[Row]):
    """Several lists in one, each read in its own way."""

    def __init__(self, lists: Sequence[List[Row]]) -> None:
        super().__init__([part for each in lists for part in each.parts])
        self.lists = lists

    def read(
        self, keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
    ) -> Iterator[Sequence[Row]]:
        for each in self.lists:
            yield from each.read(keys, most, values, backward=backward)


class GroupedList(List[Row]):
    """A list whose order begins with a column of few values, as "read": each step of the order is asked for itself.

    Asked for all steps at once, the database would go through all rows of one value, up to where the page begins.
    """

    def read(
        self, keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
    ) -> Iterator[Sequence[Row]]:
        steps = [Q()] if values is None else _steps(keys, values, backward=backward)[::-1]
        for part in self.parts:
            rows: list[Row] = []
            for step in steps:
                rows += _read(part.filter(step), keys, most - len(rows), None, backward=backward)
            yield rows


class PreparedList(List[Row]):
    """A list that many people look at: its SQL is made once for each way of turning its pages; see database.prepared.

    values   of the `Param`s in its parts
    """

    def __init__(self, parts: Sequence[QuerySet[Any, Row]]) -> None:
        super().__init__(parts)
        self.values: Mapping[str, Any] = {}
        self._ready: dict[Hashable, list[PreparedQuery[Row]]] = {}

    def at(self, **values: Any) -> "PreparedList[Row]":
        """Return the list with these values for its parameters."""
        same = copy(self)
        same.values = values
        return same

    def read(
        self, keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
    ) -> Iterator[Sequence[Row]]:
        # A missing value changes the question, so that it stands in the SQL.
        way = (most, backward, None if values is None else tuple(value is None for value in values))
        ready = self._ready.get(way)
        if ready is None:
            known_values = values and [
                None if value is None else Param(f"key{index}", key.field)
                for index, (key, value) in enumerate(zip(keys, values, strict=True))
            ]
            ready = self._ready[way] = [
                PreparedQuery(partial(_next, part, keys, most, known_values, backward=backward)) for part in self.parts
            ]
        known = {f"key{index}": value for index, value in enumerate(values or ())}
        for question in ready:
            yield question(**known, **self.values)


# Each holds a few statements of some kilobytes; an office has some hundred different reaches.
_lists: Memo[PreparedList[Any]] = Memo(500)


def cached_list(
    name: Hashable, actor: Actor, parts: Callable[[Actor], Sequence[QuerySet[Any, Row]]]
) -> PreparedList[Row]:
    """Return a list of what an actor sees, made once for all with the same authority.

    name    which list, and how it is narrowed; who asks is no part of it
    parts   given an actor of this authority in whose place everybody stands: parameters stand for their keys, and there
            is nothing else in it that could differ. They depend on name and actor only, the time of day least of all
    """
    authority = actor.authority
    found = _lists.get((name, authority), lambda: PreparedList(parts(authority.actor(_key_param))))
    return found.at(**{column: getattr(actor, column) for column in authority.keys})


def _key_param(column: str) -> Any:
    return Param(column, BigIntegerField())


def _read(
    part: QuerySet[Any, Row], keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
) -> list[Row]:
    return PreparedQuery(partial(_next, part, keys, most, values, backward=backward))()


def _next(
    part: QuerySet[Any, Row], keys: "Sequence[_Key]", most: int, values: Sequence[Any] | None, *, backward: bool
) -> QuerySet[Any, Row]:
    found = part.filter(keys[0].entered if values is None else _beyond(keys, values, backward=backward))
    return found.order_by(*(key.ordered(backward=backward) for key in keys))[:most]


@dataclass(frozen=True, slots=True)
class _Key:
    """One column of the order; nulls stand last when read forward."""

    name: str
    descending: bool
    nullable: bool
    field: Any
    within: tuple[Any, Any] = (None, None)

    @property
    def entered(self) -> Q:
        """Return where the first page begins."""
        at = self.within[1 if self.descending else 0]
        return Q() if at is None else Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": at})

    def holds(self, row: Any) -> bool:
        """Say whether a row lies within the bounds."""
        first, last = self.within
        value = self.of(row)
        return (first is None or value >= first) and (last is None or value <= last)

    def ordered(self, *, backward: bool = False) -> OrderBy:
        nulls: dict[str, Any] = {"nulls_first" if backward else "nulls_last": True} if self.nullable else {}
        column = F(self.name)
        return column.desc(**nulls) if self.descending != backward else column.asc(**nulls)

    def tied(self, value: Any) -> Q:
        if isinstance(value, bool):  # "NOT read" is no look-up in an index for SQLite
            return Q(**{f"{self.name}__in": [value]})
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def further(self, value: Any, *, backward: bool) -> Q:
        if value is None:
            return Q(**{f"{self.name}__isnull": False}) if backward else Q(pk__in=[])
        beyond = Q(**{f"{self.name}__{self._sign(backward)}": value})
        return beyond | Q(**{f"{self.name}__isnull": True}) if self.nullable and not backward else beyond

    def not_before(self, value: Any, *, backward: bool) -> Q:
        return Q(**{f"{self.name}__{self._sign(backward)}e": value})

    def of(self, row: Any) -> Any:
        value: Any = row
        for part in self.name.split("__"):
            value = None if value is None else getattr(value, part)  # a row must have what it is told apart by
        return value

    def read(self, value: Any) -> Any:
        return None if value is None else self.field.to_python(value)

    def _sign(self, backward: bool) -> str:
        return "lt" if self.descending != backward else "gt"


def _keys(queryset: QuerySet[Any], order: Sequence[str], last: str, not_null: Collection[str]) -> list[_Key]:
    keys = [_key(queryset, name) for name in order]
    keys = [replace(key, nullable=False) if key.name in not_null else key for key in keys]
    if not last and not (keys and keys[-1].field.unique and "__" not in keys[-1].name):
        keys.append(_key(queryset, "-pk" if keys and keys[-1].descending else "pk"))
    return keys


def _key(queryset: QuerySet[Any], name: str) -> _Key:
    descending, name = name.startswith("-"), name.removeprefix("-")
    if name in queryset.query.annotations:
        return _Key(name, descending, True, queryset.query.annotations[name].output_field)
    model, nullable, field = queryset.model, False, None
    for part in name.split("__"):
        if model is None:
            raise FieldDoesNotExist(f"{queryset.model._meta.label} has no {name}")
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable = nullable or field.null
        model = field.related_model
    return _Key(name, descending, nullable, getattr(field, "target_field", field))


def _beyond(keys: Sequence[_Key], values: Sequence[Any], *, backward: bool) -> Q:
    """Return the condition "later in this order than the row with these values"."""
    condition = reduce(Q.__or__, _steps(keys, values, backward=backward))
    first, value = keys[0], values[0]
    # Says nothing new, but lets the database enter the index at the right place.
    return condition if first.nullable or len(keys) == 1 else first.not_before(value, backward=backward) & condition


def _steps(keys: Sequence[_Key], values: Sequence[Any], *, backward: bool) -> list[Q]:
    """Return the ways to be later than the row with these values: in the first column, tied there but in the next …"""
    pairs = list(zip(keys, values, strict=True))
    steps = []
    for index, (key, value) in enumerate(pairs):
        ties = reduce(Q.__and__, (key.tied(value) for key, value in pairs[:index]), Q())
        steps.append(ties & key.further(value, backward=backward))
    return steps


def _some(
    found: List[Row], keys: Sequence[_Key], size: int, *, values: Sequence[Any] | None = None, backward: bool = False
) -> tuple[list[Row], bool]:
    rows = [row for part in found.read(keys, size + 1, values, backward=backward) for row in part]
    if keys[0].within != (None, None):
        rows = [row for row in rows if keys[0].holds(row)]
    if len(found.parts) > 1:
        rows = list({keys[-1].of(row): row for row in rows}.values())
        for key in reversed(keys):  # sorting is stable, so the first key counts most
            known = [row for row in rows if key.of(row) is not None]
            known.sort(key=key.of, reverse=key.descending != backward)
            unknown = [row for row in rows if key.of(row) is None]
            rows = unknown + known if backward else known + unknown
    return rows[:size], len(rows) > size


def _query(params: Mapping[str, str], way: str, row: Any, keys: Sequence[_Key], word: str) -> str:
    closed = _closed([key.of(row) for key in keys], word)
    filters = _without_cursor(params).urlencode()
    return f"{filters}&{way}={closed}" if filters else f"{way}={closed}"


def _without_cursor(params: Mapping[str, str]) -> QueryDict:
    filters = params.copy() if isinstance(params, QueryDict) else QueryDict(urlencode(params), mutable=True)
    filters.pop(AFTER, None)
    filters.pop(BEFORE, None)
    return filters


# A cursor holds column values, and a primary key would tell how many rows there are: so nobody outside can read it.


def _closed(values: Sequence[Any], word: str) -> str:
    plain = json.dumps([_plain(value) for value in values], ensure_ascii=False, separators=(",", ":")).encode()
    closed = ciphers.close(plain, secret=settings.SECRET_KEY, purpose=CURSOR_KEY, location=word)
    return base64.urlsafe_b64encode(closed).decode().rstrip("=")


def _opened(text: str, keys: Sequence[_Key], word: str) -> list[Any] | None:
    if not text:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(ciphers.reveal(raw, secret=settings.SECRET_KEY, purpose=CURSOR_KEY, location=word))
        return [key.read(value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, ValidationError):
        return None


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
