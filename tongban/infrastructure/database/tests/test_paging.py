import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from tongban.infrastructure.database.paging import cached_list, keyset_page
from tongban.infrastructure.database.prepared import Param
from tongban.infrastructure.jobs.models import Job
from tongban.infrastructure.kernel.actors import Actor

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def jobs():
    """Twenty-three jobs: three lanes, few moments (so that there are ties), every fourth never taken up."""
    made = [
        Job(
            task="x",
            lane=f"lane{number % 3}",
            due_at=START + timedelta(minutes=number % 5),
            created_at=START,
            leased_until=None if number % 4 == 0 else START + timedelta(minutes=number % 7),
        )
        for number in range(23)
    ]
    return Job.objects.bulk_create(made)


def forward(queryset, order, size=5, params=None):
    """Read page after page; return the pages."""
    pages, query = [], params or ""
    while True:
        page = keyset_page(queryset, QueryDict(query), order=order, size=size)
        pages.append(page)
        if not page.next:
            return pages
        query = page.next


def keys(rows):
    return [row.pk for row in rows]


def expected(order):
    """Sort in Python: stable, from the last key to the first; nulls last."""
    rows = list(Job.objects.all())
    for name in reversed([*order, "-pk" if order and order[-1].startswith("-") else "pk"]):
        plain = name.removeprefix("-")
        rows.sort(key=lambda row: getattr(row, plain) or START, reverse=name.startswith("-"))
        rows.sort(key=lambda row: getattr(row, plain) is None)
    return keys(rows)


ORDERS = [
    ("-pk",),
    ("due_at",),
    ("-due_at", "-id"),
    ("lane", "-due_at"),
    ("-lane", "due_at", "id"),
    ("leased_until",),
    ("-leased_until", "id"),
    ("lane", "-leased_until"),
]


@pytest.mark.parametrize("order", ORDERS)
def test_pages_show_every_row_once_in_order(jobs, order):
    pages = forward(Job.objects.all(), order)

    assert [pk for page in pages for pk in keys(page)] == expected(order)
    assert [len(page) for page in pages] == [5, 5, 5, 5, 3]


@pytest.mark.parametrize("order", ORDERS)
def test_going_back_shows_the_same_pages(jobs, order):
    pages = forward(Job.objects.all(), order)

    page, back = pages[-1], [pages[-1]]
    while page.previous:
        page = keyset_page(Job.objects.all(), QueryDict(page.previous), order=order, size=5)
        back.append(page)

    assert [keys(page) for page in reversed(back)] == [keys(page) for page in pages]


def test_a_row_added_meanwhile_moves_nothing(jobs):
    first = keyset_page(Job.objects.all(), {}, order=("-due_at", "-id"), size=5)
    before = keys(keyset_page(Job.objects.all(), QueryDict(first.next), order=("-due_at", "-id"), size=5))

    Job.objects.create(task="new", due_at=START + timedelta(days=1), created_at=START)

    assert keys(keyset_page(Job.objects.all(), QueryDict(first.next), order=("-due_at", "-id"), size=5)) == before


def test_filters_of_the_request_stay(jobs):
    page = keyset_page(Job.objects.all(), QueryDict("q=开饭馆&state=open&state=done"), order=("-id",), size=5)

    query = QueryDict(page.next)
    assert query["q"] == "开饭馆"
    assert query.getlist("state") == ["open", "done"]
    assert "after" in query


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "!!!", "a" * 400])
def test_a_damaged_cursor_gives_the_first_page(jobs, cursor):
    assert keys(keyset_page(Job.objects.all(), {"after": cursor}, order=("id",), size=5)) == keys(jobs[:5])


def test_a_cursor_of_another_list_gives_the_first_page(jobs):
    other = keyset_page(Job.objects.all(), {}, order=("-id",), size=5).next

    assert keys(keyset_page(Job.objects.all(), QueryDict(other), order=("id",), size=5)) == keys(jobs[:5])


def test_a_cursor_does_not_show_what_it_holds(jobs):
    one = keyset_page(Job.objects.all(), {}, order=("id",), size=5).next
    again = keyset_page(Job.objects.all(), {}, order=("id",), size=5).next

    assert one != again
    cursor = one.partition("=")[2]
    assert f"[{jobs[4].pk}]".encode() not in base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))


def test_a_page_that_has_emptied_gives_the_first_page(jobs):
    second = keyset_page(Job.objects.all(), {}, order=("id",), size=20).next
    Job.objects.filter(pk__gt=jobs[19].pk).delete()

    page = keyset_page(Job.objects.all(), QueryDict(second), order=("id",), size=20)

    assert keys(page) == keys(jobs[:20])
    assert not page.next
    assert not page.previous


def test_a_calculated_column_may_order(jobs):
    queryset = Job.objects.annotate(rank=F("attempts") + 1)

    assert len([pk for page in forward(queryset, ("-rank", "id")) for pk in keys(page)]) == 23


def test_a_page_costs_one_query_without_offset_or_count(jobs):
    second = keyset_page(Job.objects.all(), {}, order=("-due_at", "-id"), size=5).next

    with CaptureQueriesContext(connection) as queries:
        keyset_page(Job.objects.all(), QueryDict(second), order=("-due_at", "-id"), size=5)

    assert len(queries) == 1
    assert "OFFSET" not in queries[0]["sql"]
    assert "COUNT" not in queries[0]["sql"]


@pytest.mark.parametrize("order", [("-due_at",), ("leased_until", "-pk"), ("-due_at", "pk")])
def test_parts_that_overlap_are_one_list(jobs, order):
    parts = [Job.objects.filter(lane="lane0"), Job.objects.exclude(lane="lane1"), Job.objects.filter(lane="lane1")]
    pages = forward(parts, order)

    assert [pk for page in pages for pk in keys(page)] == expected(order)
    assert all(len(page) == 5 for page in pages[:-1])
    back = [keys(pages[-1])]
    page = pages[-1]
    while page.previous:
        page = keyset_page(parts, QueryDict(page.previous), order=order, size=5)
        back.insert(0, keys(page))
    assert back == [keys(page) for page in pages]


@pytest.mark.parametrize("order", [("lane", "-due_at", "pk"), ("leased_until", "-pk")])
def test_a_list_asked_for_step_by_step_shows_the_same_pages(jobs, order):
    pages = forward(Job.objects.all(), order)
    page = keyset_page(Job.objects.all(), {}, order=order, size=5, stepwise=True)
    shown = [page]
    while page.next:
        page = keyset_page(Job.objects.all(), QueryDict(page.next), order=order, size=5, stepwise=True)
        shown.append(page)
    back = [page]
    while page.previous:
        page = keyset_page(Job.objects.all(), QueryDict(page.previous), order=order, size=5, stepwise=True)
        back.append(page)

    assert [keys(page) for page in shown] == [keys(page) for page in pages]
    assert [keys(page) for page in reversed(back)] == [keys(page) for page in pages]


@pytest.mark.parametrize("first", [None, START + timedelta(minutes=1)])
def test_a_list_with_bounds_begins_and_ends_at_them(jobs, first):
    """Within the bounds, forwards and back, made once like any other list."""
    bounds, order = (first, START + timedelta(minutes=3)), ("due_at", "pk")
    there = [row for row in sorted(jobs, key=lambda row: (row.due_at, row.pk)) if (first or START) <= row.due_at]
    there = [row for row in there if row.due_at <= bounds[1]]

    def page_of(query):
        rows = cached_list(("test:within", bool(first)), Actor("person", 1), lambda actor: [Job.objects.all()])
        return keyset_page(rows, QueryDict(query), order=order, size=7, within=bounds)

    pages = [page_of("")]
    while pages[-1].next:
        pages.append(page_of(pages[-1].next))
    assert [pk for page in pages for pk in keys(page)] == keys(there)
    back = [pages[-1]]
    while back[-1].previous:
        back.append(page_of(back[-1].previous))
    assert [keys(page) for page in back[::-1]] == [keys(page) for page in pages]


def test_rows_that_nothing_tells_apart_are_no_list(jobs):
    """Rows of several parts are one where their key is: without one, all but the last would go without a word."""
    parts = [Job.objects.filter(lane=lane).values_list("due_at", named=True) for lane in ("lane0", "lane1")]

    with pytest.raises(AttributeError, match="pk"):
        keyset_page(parts, {}, order=("due_at",))


def test_no_parts_are_an_empty_list():
    assert len(keyset_page([], QueryDict())) == 0


def test_a_column_that_is_filled_in_this_list_is_ordered_as_its_index_is(jobs):
    taken = Job.objects.filter(leased_until__isnull=False)
    with CaptureQueriesContext(connection) as queries:
        page = keyset_page(taken, QueryDict(), order=("-leased_until",), size=5, not_null=("leased_until",))

    assert "NULLS" not in queries.captured_queries[0]["sql"]
    assert keys(page) == keys(keyset_page(taken, QueryDict(), order=("-leased_until",), size=5))


def test_a_list_is_made_once_for_all_of_one_authority_and_shows_each_their_own(jobs):
    made = []

    def mine(actor):
        made.append(actor)
        return [Job.objects.filter(attempts=actor.account)]

    Job.objects.filter(pk__in=keys(jobs[:3])).update(attempts=1)
    Job.objects.filter(pk__in=keys(jobs[3:5])).update(attempts=2)
    one, two, clerk = Actor("person", 1), Actor("person", 2), Actor("staff", 2)
    found = [keys(keyset_page(cached_list("test:mine", actor, mine), {}, order=("pk",))) for actor in (one, two, clerk)]

    assert found == [keys(jobs[:3]), keys(jobs[3:5]), keys(jobs[3:5])]
    assert [actor.kind for actor in made] == ["person", "staff"]
    assert all(isinstance(actor.account, Param) for actor in made)
