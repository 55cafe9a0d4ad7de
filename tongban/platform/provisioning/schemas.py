"""What of SCIM's resources this house has, with what a directory may change. Source: RFC 7643.

Attributes that the house does not keep are left out, so that nothing is accepted and dropped. Positions, and with them
duties, are told and never taken: they are given at the desk, where two people do it.
"""

from functools import lru_cache
from typing import Annotated, Any, ClassVar

from pydantic import Field
from scim2_models import (
    URI,
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ResourceType,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)


class Address(ComplexAttribute):
    """A mail address or a telephone number."""

    value: str | None = None
    """The address itself."""


class Membership(ComplexAttribute):
    """A department in which somebody holds a position; or who and what is in a department."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    """Identifier of the other resource."""

    ref: Annotated[Reference[URI] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    """Where it is."""

    type: Annotated[str | None, Mutability.read_only] = None
    """Of a member: "User" or "Group"."""

    display: Annotated[str | None, Mutability.read_only] = None
    """What it is called."""


class ScimUser(Resource[AnyExtension]):
    """An official who signs in here."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Required.true, Mutability.immutable, Uniqueness.server] = None
    """The sign-in name; it stays as it is."""

    display_name: Annotated[str | None, Required.true] = None
    """The official's name."""

    active: Annotated[bool | None, Required.true] = None
    """Whether the account is open. One with positions is opened again at the desk alone.
    Where nothing is said of it, it is open."""

    emails: list[Address] | None = None
    """The mail address; there is one."""

    phone_numbers: list[Address] | None = None
    """The telephone number; there is one."""

    groups: Annotated[list[Membership] | None, Mutability.read_only] = None
    """The departments in which the official holds a position today."""

    Emails: ClassVar[type[ComplexAttribute]] = Address
    PhoneNumbers: ClassVar[type[ComplexAttribute]] = Address
    Groups: ClassVar[type[ComplexAttribute]] = Membership


class EnterpriseUser(Extension):
    """Where an official works."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: Annotated[str | None, CaseExact.true] = None
    """The official's number, as personnel counts."""

    organization: Annotated[str | None, Mutability.read_only] = None
    """The government whose official it is."""

    department: Annotated[str | None, Mutability.read_only] = None
    """The department of the first position."""


class ScimGroup(Resource[Any]):
    """A department."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    display_name: Annotated[str | None, Required.true] = None
    """The department's name."""

    members: Annotated[list[Membership] | None, Mutability.read_only] = None
    """Who holds a position there today, and the departments below it."""

    Members: ClassVar[type[ComplexAttribute]] = Membership


Official = ScimUser[EnterpriseUser]
Office = ScimGroup
MODELS: dict[str, type[Resource[Any]]] = {"Users": Official, "Groups": Office}


def of(message: Any, model: Any) -> Any:
    """Return a message for resources of this kind: `SearchRequest[User]`, said where the kind is a value."""
    return message[model]


@lru_cache(maxsize=4)
def provider(*, most: int) -> ScimProvider:
    """Return what this house tells of its doors. most: resources on one page."""
    return ScimProvider(
        [ScimUser, EnterpriseUser, ScimGroup],
        [ResourceType.from_resource(Official), ResourceType.from_resource(Office)],
        ServiceProviderConfig(
            patch=Patch(supported=True),
            bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
            filter=Filter(supported=True, max_results=most),
            change_password=ChangePassword(supported=False),
            sort=Sort(supported=True),
            etag=ETag(supported=True),
            authentication_schemes=[
                AuthenticationScheme(
                    type=AuthenticationScheme.Type.oauthbearertoken,
                    name="key of another system",
                    description="Authorization: Bearer tb_…",
                    primary=True,
                )
            ],
        ),
    )
