"""The catalogue of licence kinds (GB/T 36902) for other systems."""

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.ui.api_fields import enum_field
from tongban.platform.licences.models import LicenceKind
from tongban.platform.licences.rules import kinds as rules


class FaceLine(Schema):
    """A line of the face (照面要素)."""

    name: str = Field(description="what the line is called")
    type: str = enum_field(rules.TYPES, "what may stand in it")
    required: bool = Field(description="whether a licence without it is refused")


class KindDetail(Schema):
    """A licence type with its metadata."""

    code: str = Field(description="证照类型代码, 21 characters")
    version: int = Field(description="version of the definition")
    kind: str = Field(description="readable code, as licences carry it")
    name: str = Field(description="name of the licence type")
    definer: str = Field(description="name of the body that defines it")
    definer_code: str = Field(description="unified social credit code of that body")
    holders: list[str] = Field(description="whom it is given to: 持证主体代码类型 of GB/T 36903")
    fields_: list[FaceLine] = Field(description="what its face says", serialization_alias="fields")
    valid_from: date = Field(description="first day of this definition")
    valid_until: date | None = Field(description="its last day; null where it has none")
    source: str = Field(description="rule or catalogue that it comes from")


class KindList(Schema):
    """The catalogue."""

    items: list[KindDetail] = Field(description="the licence types in force today")


def add_to(router: Router) -> None:
    """Put the catalogue before the routes that take any word for a licence's code."""
    router.get(
        "/kinds",
        auth=None,
        operation_id="licences_kinds",
        response=KindList,
        by_alias=True,
        summary="Catalogue of licence types with their metadata",
    )(listed)


def listed(request: HttpRequest) -> dict[str, Any]:
    return {"items": [_kind(kind) for kind in LicenceKind.objects.in_force(clock.today())]}


def _kind(kind: LicenceKind) -> dict[str, Any]:
    names = (
        "code",
        "version",
        "kind",
        "name",
        "definer",
        "definer_code",
        "holders",
        "valid_from",
        "valid_until",
        "source",
    )
    return {name: getattr(kind, name) for name in names} | {"fields_": kind.fields}
