"""Lists in pages, by key: each page begins after the last row of the one before, however long the list is.

Half of it makes pages cheap, as `tests/laws/test_plans.py` and `bench/lists.py` ask: parts read from an index each,
steps of an order asked for one by one, bounds that are no condition, SQL made once.
"""

import base64
import json
from collections.abc import Callable, Collection, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial, reduce
from operator import and_, or_
from typing import Any, Generic, TypeVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, BooleanField, F, Func, Q, QuerySet
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


def with_readable_cursor(page: Page[Row]) -> Page[Row]:
    """Return a page for a machine. Raises UnreadableCursor where the cursor that was sent cannot be read."""
    if page.unread:
        raise UnreadableCursor({AFTER: [UnreadableCursor.message]})
    return page


def keyset_page(
    rows_of: "QuerySet[Any, Row] | Sequence[QuerySet[Any, Row]] | PartedList[Row] | Sequence[PartedList[Row]]",
    params: Mapping[str, str],
    *,
    order: Sequence[str] = ("-pk",),
    size: int = 20,
    key: str = "",
    not_null: Collection[str] = (),
    within: tuple[Any, Any] | None = None,
    stepwise: bool = False,
) -> Page[Row]:
    """Return the page that `params` (request.GET) asks for; never counts, never skips.

    rows_of  a list, or the parts that a list is put together from, each with an index in this order: one part for each
             department that somebody reaches, say. A row that stands in several parts is shown once; or several such
             lists, read one after the other
    order    as of `order_by`; directions may be mixed; the primary key is put last where the order is not unique.
             Where a column may be null, rows without a value come last; where a path crosses a relation, select it too
    key      the last column of the order, where that tells rows apart and is not the primary key
    not_null   columns that have a value in every row of this list, though others of the table may lack it
    within   the least and the greatest value that the first column of the order may have; None for no least. Asked for
             with two bounds, databases fetch and sort all between them, or enter the index at the wrong one: so a page
             is asked for from where it begins, and ends here
    stepwise   the order begins with a column of few values, as "read": each step of the order is asked for itself. For
             all at once, the database would go through all rows of one value, up to where the page begins
    A cursor that is damaged, or belongs to another list, gives the first page; `with_readable_cursor` refuses it.
    """
    lists = _lists_of(rows_of)
    if not lists:
        return Page([])
    model = lists[0].parts[0].model
    keys = _keys(lists[0].parts[0], order, key, not_null)
    word = f"{model._meta.label}:{','.join(order)}"
    begin = within and within[1 if keys[0].descending else 0]
    first = _Turn(keys, size + 1, begins=begin is not None, stepwise=stepwise)
    cursor, backward = params.get(AFTER) or params.get(BEFORE) or "", not params.get(AFTER)
    values = _opened(cursor, keys, word)

    rows: list[Row] = []
    if values is not None:
        missing = tuple(value is None for value in values)
        turned = tuple(key.turned() for key in keys) if backward else keys
        rows = _read(lists, replace(first, keys=turned, missing=missing), values, within)
    at_start = not rows or (backward and len(rows) <= size)  # what was there has gone, or the beginning is reached
    if at_start:
        rows = _read(lists, first, (), within)
    more, rows = len(rows) > size, rows[:size]
    if backward and not at_start:
        rows.reverse()

    def link(way: str, row: Row) -> str:
        query = QueryDict(mutable=True)
        query.update(params)
        for old in (AFTER, BEFORE):
            query.pop(old, None)
        query[way] = _closed([key.of(row) for key in keys], word)
        return query.urlencode()

    return Page(
        rows,
        next=link(AFTER, rows[-1]) if more else "",
        previous="" if at_start else link(BEFORE, rows[0]),
        unread=bool(cursor) and values is None,
    )


@dataclass(frozen=True)
class PartedList(Generic[Row]):
    """Rows in parts, each held by an index in the order of the list, all read with one statement.

    parts    at least one; values: of the `Param`s in them
    Its SQL is made once for each way to turn the pages.
    """

    parts: Sequence[QuerySet[Any, Row]]
    values: Mapping[str, Any] = field(default_factory=dict)
    _queries: dict["_Turn", list[PreparedQuery[Row]]] = field(default_factory=dict)

    def read(self, turn: "_Turn", values: Mapping[str, Any]) -> list[Row]:
        queries = self._queries.get(turn)
        if queries is None:
            queries = self._queries[turn] = [
                PreparedQuery(*(partial(turn.asked, part, step) for part in self.parts), planned_anew=True)
                for step in turn.steps
            ]
        rows: list[Row] = []
        for query in queries:
            rows = turn.once(rows + query(**values, **self.values))
            if len(rows) >= turn.most:
                break
        return rows


def _lists_of(rows_of: Any) -> list[PartedList[Any]]:
    """Return lists of parts that read the same columns: those of one table."""
    given = [rows_of] if isinstance(rows_of, QuerySet | PartedList) else rows_of
    lists = [each for each in given if isinstance(each, PartedList)]
    parts = [each for each in given if isinstance(each, QuerySet)]
    models = dict.fromkeys(part.model for part in parts)
    return lists + [PartedList([part for part in parts if part.model is model]) for model in models]


# Each holds a few statements of some kilobytes; an office has some hundred different reaches.
_lists: Memo[PartedList[Any] | None] = Memo(500)


def cached_list(
    name: Hashable, actor: Actor, parts: Callable[[Actor], Sequence[QuerySet[Any, Row]]]
) -> list[PartedList[Row]]:
    """Return the list of what an actor sees, made once for all with the same authority; [] where that is nothing.

    name    which list, and how it is narrowed; who asks is no part of it
    parts   given an actor of this authority in whose place everybody stands: parameters stand for their keys, and there
            is nothing else in it that could differ. They depend on name and actor only, the time of day least of all
    """
    authority = actor.authority

    def made() -> PartedList[Row] | None:
        found = parts(authority.actor(_key_param))
        return PartedList(found) if found else None

    known = _lists.get((name, authority), made)
    values = {column: getattr(actor, column) for column in authority.keys}
    return [replace(known, values=values)] if known else []


def _key_param(column: str) -> Any:
    return Param(column, BigIntegerField())


@dataclass(frozen=True, slots=True)
class _Key:
    """One column of the order.

    nulls   where rows without a value stand: "first" or "last"; "" where there are none
    """

    name: str
    descending: bool
    nulls: str
    field: Any = field(compare=False)

    def turned(self) -> "_Key":
        turned = {"first": "last", "last": "first", "": ""}
        return replace(self, descending=not self.descending, nulls=turned[self.nulls])

    @property
    def order(self) -> OrderBy:
        nulls: dict[str, Any] = {f"nulls_{self.nulls}": True} if self.nulls else {}
        return OrderBy(F(self.name), descending=self.descending, **nulls)

    def where(self, look_up: str, value: Any) -> Q:
        return Q(**{f"{self.name}__{look_up}": value})

    def tied(self, value: Param | None) -> Q:
        return self.where("isnull", True) if value is None else self.where("exact", value)

    def beyond(self, value: Param | None) -> Q:
        if value is None:
            return self.where("isnull", False) if self.nulls == "first" else Q(pk__in=[])
        further = self.where("lt" if self.descending else "gt", value)
        return further | self.where("isnull", True) if self.nulls == "last" else further

    def of(self, row: Any) -> Any:
        value: Any = row
        for part in self.name.split("__"):
            value = None if value is None else getattr(value, part)  # a row must have what it is told apart by
        return value


class _Further(Func):
    """(columns) < (values), or >: databases enter an index just there, and know how many rows lie beyond."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, **extra: Any) -> tuple[str, Any]:  # type: ignore[override]
        compiled = [compiler.compile(each) for each in self.get_source_expressions()]
        half = len(compiled) // 2
        columns, values = (", ".join(sql for sql, _params in part) for part in (compiled[:half], compiled[half:]))
        params = [param for _sql, params in compiled for param in params]
        return f"({columns}) {self.extra['comparison']} ({values})", params


@dataclass(frozen=True, slots=True)
class _Turn:
    """One way to turn a list's pages: all that its SQL depends on.

    missing   of each column whether the row that the page begins after has no value in it; None for the first page
    begins    the first column has a value that the list begins with
    """

    keys: tuple[_Key, ...]
    most: int
    missing: tuple[bool, ...] | None = None
    begins: bool = False
    stepwise: bool = False

    @property
    def steps(self) -> list[Q]:
        """Return the conditions "later in this order", to be asked for one after the other."""
        first = self.keys[0]
        if self.missing is None:
            begin = first.where("lte" if first.descending else "gte", Param("first", first.field))
            return [begin if self.begins else Q()]
        params = [None if gone else Param(f"key{at}", self.keys[at].field) for at, gone in enumerate(self.missing)]
        pairs = list(zip(self.keys, params, strict=True))
        if not self.stepwise and not any(key.nulls or key.descending != first.descending for key in self.keys):
            columns = [F(key.name) for key in self.keys]
            return [Q(_Further(*columns, *params, comparison="<" if first.descending else ">"))]
        # Later in the first column, or tied there and later in the next …
        steps = [
            reduce(and_, [tie.tied(value) for tie, value in pairs[:at]], key.beyond(param))
            for at, (key, param) in enumerate(pairs)
        ]
        if self.stepwise:
            return steps[::-1]
        if first.nulls:
            return [reduce(or_, steps)]
        # Says nothing new, but lets the database enter the index at the right place.
        return [first.where("lte" if first.descending else "gte", params[0]) & reduce(or_, steps)]

    def once(self, rows: list[Row]) -> list[Row]:
        """Leave out what stands there again."""
        return list({self.keys[-1].of(row): row for row in rows}.values())

    def asked(self, rows: QuerySet[Any, Row], step: Q) -> QuerySet[Any, Row]:
        return rows.filter(step).order_by(*(key.order for key in self.keys))[: self.most]


def _keys(rows: QuerySet[Any], order: Sequence[str], last: str, not_null: Collection[str]) -> tuple[_Key, ...]:
    keys = [_key(rows, name, not_null) for name in order]
    if not last and not (keys and keys[-1].field.unique and "__" not in keys[-1].name):
        keys.append(_key(rows, "-pk" if keys and keys[-1].descending else "pk", ()))
    return tuple(keys)


def _key(rows: QuerySet[Any], name: str, not_null: Collection[str]) -> _Key:
    descending, name = name.startswith("-"), name.removeprefix("-")
    if name in rows.query.annotations:
        return _Key(name, descending, "last", rows.query.annotations[name].output_field)
    model, nullable, column = rows.model, False, None
    for part in name.split("__"):
        column = model._meta.pk if part == "pk" else model._meta.get_field(part)
        nullable, model = nullable or column.null, column.related_model
    nulls = "last" if nullable and name not in not_null else ""
    return _Key(name, descending, nulls, getattr(column, "target_field", column))


def _read(
    lists: Sequence[PartedList[Row]], turn: _Turn, values: Sequence[Any], within: tuple[Any, Any] | None
) -> list[Row]:
    least, greatest = within or (None, None)
    known = {
        "first": greatest if turn.keys[0].descending else least,
        **{f"key{at}": value for at, value in enumerate(values)},
    }
    rows = [row for each in lists for row in each.read(turn, known)]
    if within:
        day = turn.keys[0].of
        rows = [row for row in rows if (least is None or day(row) >= least) and day(row) <= greatest]
    if sum(len(each.parts) for each in lists) > 1:
        rows = turn.once(rows)
        for key in reversed(turn.keys):  # sorting is stable, so the first key counts most
            here = sorted((row for row in rows if key.of(row) is not None), key=key.of, reverse=key.descending)
            gone = [row for row in rows if key.of(row) is None]
            rows = gone + here if key.nulls == "first" else here + gone
    return rows


# A cursor holds column values, and a primary key would tell how many rows there are: so nobody outside can read it.


def _closed(values: Sequence[Any], word: str) -> str:
    plain = json.dumps(values, ensure_ascii=False, separators=(",", ":"), default=str).encode()
    closed = ciphers.close(plain, secret=settings.SECRET_KEY, purpose=CURSOR_KEY, location=word)
    return base64.urlsafe_b64encode(closed).decode().rstrip("=")


def _opened(text: str, keys: Sequence[_Key], word: str) -> list[Any] | None:
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        values = json.loads(ciphers.reveal(raw, secret=settings.SECRET_KEY, purpose=CURSOR_KEY, location=word))
        return [None if value is None else key.field.to_python(value) for key, value in zip(keys, values, strict=True)]
    except (ValueError, ValidationError):
        return None
