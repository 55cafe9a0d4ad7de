"""What both doors of SCIM do alike: finding, filtering, paging, versions, changing under a lock."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from hashlib import sha256
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from scim2_models import (
    Context,
    ListResponse,
    Meta,
    PatchOp,
    PreconditionFailedException,
    Resource,
    SearchRequest,
    TooManyException,
)

from tongban.infrastructure.kernel.actors import Actor
from tongban.platform.identity import services as identity
from tongban.platform.provisioning.models import MAX_EXTERNAL_NAME, DirectoryEntry
from tongban.platform.provisioning.rules import Limit, cleaned
from tongban.platform.provisioning.schemas import of
from tongban.platform.provisioning.services.narrowing import narrowed

ROOT = "/scim/v2"


def base() -> str:
    """Return where SCIM's addresses begin."""
    return f"{settings.PUBLIC_URL}{ROOT}"


class ScimDoor:
    """One kind of resource. Every verb asks for the duty, and changes only through the verbs of identity."""

    name: ClassVar[str]
    model: ClassVar[type[Resource[Any]]]
    columns: ClassVar[Mapping[str, str]]

    # What differs from one kind to the other -----------------------------------------------------------------------

    def rows(self, actor: Actor) -> Any:
        """Return what the actor may see, in order."""
        raise NotImplementedError

    def row(self, actor: Actor, key: str) -> Any:
        """Return one of them. Raises NotFound."""
        raise NotImplementedError

    def told(self, rows: Sequence[Any]) -> list[Resource[Any]]:
        """Return rows as SCIM says them, without meta."""
        raise NotImplementedError

    def make(self, actor: Actor, wanted: Any) -> Any:
        raise NotImplementedError

    def change(self, actor: Actor, row: Any, former: Any, wanted: Any) -> None:
        raise NotImplementedError

    def end(self, actor: Actor, row: Any) -> None:
        raise NotImplementedError

    def entry(self, row: Any) -> DirectoryEntry:
        """Return what the directory knows of a row, locked."""
        raise NotImplementedError

    def completed(self, sent: Any) -> Any:
        """Return what was sent, with what goes without saying."""
        return sent

    # What both do --------------------------------------------------------------------------------------------------

    def find(self, *, actor: Actor, asked: SearchRequest[Any]) -> "ListResponse[Any]":
        """Return one page of resources. Raises NotAllowed, TooManyException (too many to compare)."""
        actor.must_hold("provisioning.sync")
        rows, most = self.rows(actor), settings.PROVISIONING_MAX_RESULTS
        if asked.filter is None and asked.sort_by is None:
            first = asked.start_index_0 or 0
            count = most if asked.count is None else min(asked.count, most)
            page = self.resources(rows[first : first + count])
            return listed(self.model, page, first, rows.count())
        return chosen(self.model, self.every(actor, asked), asked)

    def every(self, actor: Actor, asked: SearchRequest[Any]) -> list[Resource[Any]]:
        """Return all that may fit, to be compared; the database leaves out what cannot. Raises TooManyException."""
        actor.must_hold("provisioning.sync")
        rows = self.rows(actor)
        if asked.filter is not None:
            rows = rows.filter(narrowed(asked.filter.ast, self.columns))
        if rows.count() > settings.PROVISIONING_MAX_COMPARED:
            raise TooManyException()
        return self.resources(rows)

    def get(self, *, actor: Actor, key: str) -> Resource[Any]:
        """Return one resource. Raises NotAllowed, NotFound."""
        actor.must_hold("provisioning.sync")
        return self.resources([self.row(actor, key)])[0]

    @transaction.atomic
    def create(self, *, actor: Actor, sent: Any) -> Resource[Any]:
        """Make a resource. Raises NotAllowed, ValidationError, UniquenessException, and what identity refuses."""
        actor.must_hold("provisioning.sync")
        wanted = self.model.model_validate(self.completed(sent), scim_ctx=Context.RESOURCE_CREATION_REQUEST)
        row = self.make(actor, wanted)
        self._keep(row, wanted)
        return self.resources([row])[0]

    def replace(self, *, actor: Actor, key: str, sent: Any, match: str = "") -> Resource[Any]:
        """Let a resource be what was sent. Raises as `create`, and NotFound, PreconditionFailedException."""

        def replaced(former: Resource[Any]) -> Resource[Any]:
            said = self.completed(sent)
            wanted = self.model.model_validate(said, scim_ctx=Context.RESOURCE_REPLACEMENT_REQUEST)
            wanted.replace(former)
            return wanted

        return self._changed(actor, key, match, replaced)

    def patch(self, *, actor: Actor, key: str, sent: Any, match: str = "") -> Resource[Any]:
        """Change a resource as asked, all of it or nothing. Raises as `replace`."""

        def patched(former: Resource[Any]) -> Resource[Any]:
            operations = of(PatchOp, self.model)
            wanted = former.model_copy(deep=True)
            operations.model_validate(sent, scim_ctx=Context.RESOURCE_PATCH_REQUEST).patch(wanted)
            return wanted

        return self._changed(actor, key, match, patched)

    def remove(self, *, actor: Actor, key: str, match: str = "") -> None:
        """Take a resource out of use. Raises NotAllowed, NotFound, PreconditionFailedException, as identity."""
        actor.must_hold("provisioning.sync")
        with transaction.atomic():
            row = self.row(actor, key)
            self.entry(row)
            self._must_match(self.resources([row])[0], match)
            self.end(actor, row)

    def _changed(
        self, actor: Actor, key: str, match: str, change: Callable[[Resource[Any]], Resource[Any]]
    ) -> Resource[Any]:
        actor.must_hold("provisioning.sync")
        with transaction.atomic():
            self.entry(self.row(actor, key))
            # Read again now that nobody else changes it.
            row = self.row(actor, key)
            former = self.resources([row])[0]
            self._must_match(former, match)
            wanted = change(former)
            self.change(actor, row, former, wanted)
            self._keep(row, wanted)
            return self.resources([self.row(actor, key)])[0]

    def kept(self, wanted: Any) -> dict[str, str]:
        """Return what of a resource only the directory needs, by the column in which it is kept."""
        return {"external_name": cleaned(wanted.external_id or "", Limit("externalId", MAX_EXTERNAL_NAME))}

    def _keep(self, row: Any, wanted: Resource[Any]) -> None:
        kept, entry = self.kept(wanted), self.entry(row)
        if any(getattr(entry, column) != value for column, value in kept.items()):
            for column, value in kept.items():
                setattr(entry, column, value)
            entry.save(update_fields=list(kept))

    def resources(self, rows: Collection[Any]) -> list[Resource[Any]]:
        found = self.told(list(rows))
        for one in found:
            one.meta = Meta(resource_type=self.name[:-1], location=f"{base()}/{self.name}/{one.id}")
            one.meta.version = version_of(one)
        return found

    def _must_match(self, found: Resource[Any], match: str) -> None:
        """Raise PreconditionFailedException unless the resource is the version that the header If-Match names."""
        wanted = [part.strip() for part in match.split(",") if part.strip()]
        if wanted and "*" not in wanted and (found.meta is None or found.meta.version not in wanted):
            raise PreconditionFailedException()


def chosen(model: Any, every: list[Resource[Any]], asked: SearchRequest[Any]) -> "ListResponse[Any]":
    """Return the page that was asked for of those that fit. model: of the resources, or a union of several."""
    first, most = asked.start_index_0 or 0, settings.PROVISIONING_MAX_RESULTS
    count = most if asked.count is None else min(asked.count, most)
    fitting = asked.sort([one for one in every if asked.filter is None or asked.filter.match(one)])
    return listed(model, fitting[first : first + count], first, len(fitting))


def listed(model: Any, page: list[Resource[Any]], first: int, total: int) -> "ListResponse[Any]":
    answer = of(ListResponse, model)
    told: ListResponse[Any] = answer(
        total_results=total, start_index=first + 1, items_per_page=len(page), resources=page
    )
    return told


def version_of(found: Resource[Any]) -> str:
    """Return a weak entity tag of what a resource says."""
    said = json.dumps(found.model_dump(scim_ctx=None), sort_keys=True, default=str)
    return f'W/"{sha256(said.encode()).hexdigest()[:20]}"'


def must_find(row: Any, actor: Actor, what: str, key: str) -> Any:
    return identity.must_find(row, actor, what, key)
