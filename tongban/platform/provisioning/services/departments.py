"""Departments as a directory keeps them: put into the tree, named, dissolved. Who works there is told, never taken."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from scim2_models import URI, InvalidValueException, Reference, Resource

from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import NotAllowed, Refusal
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import MAX_DEPARTMENT_NAME, Department, Position
from tongban.platform.provisioning.models import DirectoryEntry
from tongban.platform.provisioning.rules import Limit, cleaned
from tongban.platform.provisioning.schemas import Membership, Office
from tongban.platform.provisioning.services.directory import ScimDoor, base, must_find
from tongban.platform.provisioning.services.narrowing import columns_of

NAME = Limit("displayName", MAX_DEPARTMENT_NAME)


class DissolutionWaits(Refusal):
    """The proposal is kept; the department works until a second person confirms it."""

    message = _("Officials of %(name)s may decide: its dissolution is proposed, and a second person confirms it.")


class DepartmentDoor(ScimDoor):
    name, model = "Groups", Office
    columns = columns_of(displayName="name", id="key")

    def rows(self, actor: Actor) -> Any:
        return Department.objects.managed_by(actor).working().in_order()

    def row(self, actor: Actor, key: str) -> Any:
        found = self.rows(actor).select_related("parent").with_keys([key]).first()
        return must_find(found, actor, "department", key)

    def told(self, rows: Sequence[Any]) -> list[Resource[Any]]:
        keys = [department.pk for department in rows]
        members: dict[int, dict[str, Membership]] = defaultdict(dict)
        for position in Position.objects.held_in(keys, on=clock.today()):
            uid = str(position.account.uid)
            members[position.department_id][uid] = _member("User", uid, position.account.name)
        for below in Department.objects.directly_below(keys):
            members[below.parent_id or 0][below.key] = _member("Group", below.key, below.name)
        names = dict(DirectoryEntry.objects.filter(department__in=keys).values_list("department", "external_name"))
        return [_told(one, list(members[one.pk].values()), names.get(one.pk, "")) for one in rows]

    def make(self, actor: Actor, wanted: Any) -> Any:
        """Put a department below the uppermost one that the directory looks after; the desk moves it elsewhere."""
        above = min(self.rows(actor), key=lambda department: len(department.path), default=None)
        if above is None:
            raise NotAllowed()
        return identity.put_department(
            actor=actor, key=f"d-{ids.token(12).lower()}", name=_name(wanted), parent=above, area=above.area
        )

    def change(self, actor: Actor, row: Any, former: Any, wanted: Any) -> None:
        kept = {name: getattr(row, name) for name in ("key", "parent", "english", "uscc", "area", "order")}
        identity.put_department(actor=actor, name=_name(wanted), **kept)

    def end(self, actor: Actor, row: Any) -> None:
        identity.dissolve(actor=actor, department=row, successor=None, reason=recorded(_("deleted in the directory")))

    def remove(self, *, actor: Actor, key: str, match: str = "") -> None:
        """Dissolve a department that has no work left. Raises as `ScimDoor.remove`, and DissolutionWaits."""
        super().remove(actor=actor, key=key, match=match)
        if found := self.rows(actor).with_keys([key]).first():
            raise DissolutionWaits(name=found.title)

    def entry(self, row: Any) -> DirectoryEntry:
        found: DirectoryEntry = DirectoryEntry.objects.select_for_update().get_or_create(department=row)[0]
        return found


def _name(wanted: Any) -> str:
    name = typed.name(cleaned(wanted.display_name or "", NAME))
    if not name:
        raise InvalidValueException(detail="displayName is empty")
    return name


def _told(department: Department, members: list[Membership], external_id: str) -> Resource[Any]:
    return Office(
        id=department.key,
        external_id=external_id or None,
        display_name=department.name,
        members=members or None,
    )


def _member(kind: str, key: str, name: str) -> Membership:
    ref = Reference[URI](f"{base()}/{kind}s/{key}")
    return Membership(value=key, ref=ref, type=kind, display=name)
