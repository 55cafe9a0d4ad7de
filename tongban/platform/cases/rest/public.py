"""What is published of applications and decisions (公示), for every other system, without a key."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from tongban.infrastructure.database.paging import keyset_page, with_readable_cursor
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.ui.api_fields import AFTER, NEXT, enum_field
from tongban.platform.cases.models import Publication


class Published(Schema):
    """What is published of a case; names of people and other personal data are masked."""

    uid: str = Field(description="what names it in addresses: /cases/public/{uid}/")
    kind: str = enum_field(Publication.Kind, "what is published")
    number: str = Field(description="case number (办件编号)")
    service: str = Field(description="catalogue code of the service")
    title: str = Field(description="name of the service")
    name: str = Field(description="name of the applicant; of a person masked")
    began_on: date = Field(description="since when it is published")
    until: date | None = Field(description="until when it is published; null where it stays")
    says: list[list[str]] = Field(description="what is shown: pairs of label and text, in Chinese")


class PublishedPage(Schema):
    """A page of publications."""

    items: list[Published] = Field(description="the publications of this page, the newest first")
    next: str = Field(description=NEXT)


class PublishedListing(Schema):
    kind: str = Field("", description="only of this kind: application or decision; empty for both")
    q: str = Field("", description="beginning of a case number, or of the name as it is shown")
    after: str = Field("", description=AFTER)


def add_publications(router: Router) -> None:
    """Add what is published to the interface of cases, before what names a case by its number."""

    @router.get(
        "/publications",
        auth=None,
        operation_id="cases_published",
        response=PublishedPage,
        summary="Published applications and decisions",
    )
    def published(request: HttpRequest, listing: Query[PublishedListing]) -> dict[str, Any]:
        kind = listing.kind if listing.kind in Publication.Kind.values else ""
        text = typed.prose(listing.q)[:60]
        found = Publication.objects.public(clock.today()).of_kind(kind).found_by(text)
        pages = with_readable_cursor(keyset_page(found, request.GET, order=("-began_on", "-pk")))
        return {"items": pages.rows, "next": pages.next}
