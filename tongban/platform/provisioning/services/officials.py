"""Officials as a directory keeps them: opened, named, closed. Positions are told and never given."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _
from scim2_models import URI, InvalidValueException, Reference, Resource, UniquenessException

from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel import text as typed
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.refusals import Refusal
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME
from tongban.infrastructure.kernel.wording import recorded
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position
from tongban.platform.provisioning.models import MAX_EMPLOYEE_NUMBER, DirectoryEntry
from tongban.platform.provisioning.rules import Limit, cleaned, only
from tongban.platform.provisioning.schemas import Address, EnterpriseUser, Membership, Official
from tongban.platform.provisioning.services.directory import ScimDoor, base, must_find
from tongban.platform.provisioning.services.narrowing import columns_of

NAME, LOGIN = Limit("displayName", MAX_ACTOR_NAME), Limit("userName", 80)
EMAIL, PHONE = Limit("emails", 200), Limit("phoneNumbers", 40)
NUMBER = Limit("employeeNumber", MAX_EMPLOYEE_NUMBER)
REASON = _("as the directory says")


class OpenedAtTheDesk(Refusal):
    status = 403
    message = _("%(name)s holds positions. Such an account is opened again at the desk, not by a directory.")


class OfficialDoor(ScimDoor):
    name, model = "Users", Official
    columns = columns_of(
        userName="=login", displayName="name", active="active", employeeNumber="directory_entry__employee_number"
    )

    def rows(self, actor: Actor) -> Any:
        removed = DirectoryEntry.objects.filter(removed_at__isnull=False, account__isnull=False)
        return Account.objects.officials(without=removed.values("account")).visible_to(actor)

    def row(self, actor: Actor, key: str) -> Any:
        try:
            uid: UUID | None = UUID(key)
        except ValueError:
            uid = None
        return must_find(self.rows(actor).filter(uid=uid).first() if uid else None, actor, "account", key)

    def told(self, rows: Sequence[Any]) -> list[Resource[Any]]:
        keys = [account.pk for account in rows]
        held: dict[int, list[Position]] = defaultdict(list)
        for position in Position.objects.held_by(keys, on=clock.today()):
            held[position.account_id].append(position)
        entries = {entry.account_id: entry for entry in DirectoryEntry.objects.filter(account__in=keys)}
        tops = {top.key: top.name for top in Department.objects.roots()}
        return [_told(account, held[account.pk], entries.get(account.pk), tops) for account in rows]

    def completed(self, sent: Any) -> Any:
        """Return what was sent, with an account that is open where nothing is said of it."""
        silent = isinstance(sent, dict) and not any(name.lower() == "active" for name in sent)
        return {**sent, "active": True} if silent else sent

    def make(self, actor: Actor, wanted: Any) -> Any:
        login = cleaned(wanted.user_name or "", LOGIN)
        said = _said(wanted)
        if found := Account.objects.with_login(typed.address(login)):
            return self._back(actor, found, wanted, said)
        try:
            with transaction.atomic():
                account = identity.open_account(actor=actor, login=login, kind="staff", **said)
        except IntegrityError as error:
            raise UniquenessException() from error
        if wanted.active is False:
            identity.deactivate(actor=actor, account=account, reason=recorded(REASON))
        return Account.objects.get(pk=account.pk)

    def change(self, actor: Actor, row: Any, former: Any, wanted: Any) -> None:
        identity.amend_account(actor=actor, account=row, **_said(wanted))
        if wanted.active is False:
            identity.deactivate(actor=actor, account=row, reason=recorded(REASON))
        elif not row.active:
            self._reopen(actor, row)

    def end(self, actor: Actor, row: Any) -> None:
        """Close the account; it stays, with everything its owner did, and the directory finds it no more."""
        identity.deactivate(actor=actor, account=row, reason=recorded(_("deleted in the directory")))
        entry = self.entry(row)
        entry.removed_at = clock.now()
        entry.save(update_fields=["removed_at"])

    def entry(self, row: Any) -> DirectoryEntry:
        found: DirectoryEntry = DirectoryEntry.objects.select_for_update().get_or_create(account=row)[0]
        return found

    def kept(self, wanted: Any) -> dict[str, str]:
        work = wanted[EnterpriseUser]
        number = cleaned((work and work.employee_number) or "", NUMBER)
        return {**super().kept(wanted), "employee_number": number}

    def _back(self, actor: Actor, found: Account, wanted: Any, said: dict[str, str]) -> Account:
        """Take back somebody whom the directory had deleted; any other sign-in name is taken."""
        entry = DirectoryEntry.objects.filter(account=found).first()
        seen = Account.objects.officials().visible_to(actor).filter(pk=found.pk).exists()
        if not seen or entry is None or entry.removed_at is None:
            raise UniquenessException()
        entry = self.entry(found)
        entry.removed_at = None
        entry.save(update_fields=["removed_at"])
        identity.amend_account(actor=actor, account=found, **said)
        if wanted.active is not False:
            self._reopen(actor, found)
        return Account.objects.get(pk=found.pk)

    def _reopen(self, actor: Actor, account: Account) -> None:
        """Open a closed account again, unless duties would come back with it: these are given by two people."""
        if Position.objects.of(account.pk).still_to_hold(on=clock.today()).exists():
            raise OpenedAtTheDesk(name=account.name)
        identity.reactivate(actor=actor, account=account, reason=recorded(REASON))


def _said(wanted: Any) -> dict[str, str]:
    name = typed.name(cleaned(wanted.display_name or "", NAME))
    email = typed.address(only(_values(wanted.emails), EMAIL))
    if not name:
        raise InvalidValueException(detail="displayName is empty")
    try:
        validate_email(email) if email else None
    except ValidationError as error:
        raise InvalidValueException(detail="emails.value is no mail address") from error
    return {"name": name, "email": email, "phone": typed.mobile(only(_values(wanted.phone_numbers), PHONE))}


def _values(addresses: list[Address] | None) -> list[str]:
    return [address.value for address in addresses or [] if address.value]


def _told(account: Account, held: list[Position], entry: DirectoryEntry | None, tops: dict[str, str]) -> Resource[Any]:
    departments = {position.department.key: position.department.name for position in held}
    said = Official(
        id=str(account.uid),
        external_id=(entry and entry.external_name) or None,
        user_name=account.login,
        display_name=account.name,
        active=account.active,
        emails=[Address(value=account.email)] if account.email else None,
        phone_numbers=[Address(value=account.phone)] if account.phone else None,
        groups=[
            Membership(value=key, ref=Reference[URI](f"{base()}/Groups/{key}"), display=name)
            for key, name in departments.items()
        ]
        or None,
    )
    first = held[0].department if held else None
    number = (entry and entry.employee_number) or None
    if first or number:
        said[EnterpriseUser] = EnterpriseUser(
            employee_number=number,
            department=first.name if first else None,
            organization=tops.get(first.path.partition("/")[0]) if first else None,
        )
    return said
