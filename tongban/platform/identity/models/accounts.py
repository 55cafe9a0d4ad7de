"""Who can sign in, where they work, and what they may do there."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.fields import EncryptedText
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_ACTOR_NAME, MAX_AREA_CODE
from tongban.platform.identity.models.departments import Department


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, actor: Actor) -> Self:
        """Return the actor's own account and those they look after.

        Officials belong to whoever looks after accounts where one of their positions is; those without a position to
        whoever looks after accounts anywhere, so that they can be given one. People, and systems without a position,
        belong to no department: they are for whoever looks after the accounts of the whole city.
        """
        if not actor.holds("identity.manage"):
            return self.filter(pk=actor.account)
        posts = Position.objects.filter(account=OuterRef("pk"), ended_at__isnull=True)
        reached = Exists(posts.filter(actor.within("identity.manage")))
        seen = Q(pk=actor.account) | Q(kind="staff") & ~Exists(posts) | reached
        if Department.objects.all_reached_by(actor, "identity.manage"):
            return self.filter(seen | ~Q(kind="staff"))
        return self.filter(~Q(kind="person"), seen)

    def found_by(self, text: str) -> Self:
        """Return accounts whose login or name begins with the text."""
        return self.filter(Q(login__startswith=text.lower()) | Q(name__startswith=text)) if text else self

    def names_of(self, ids: Iterable[int]) -> dict[int, str]:
        return dict(self.filter(pk__in=list(ids)).values_list("pk", "name"))

    def keys_of(self, logins: Iterable[str]) -> dict[str, int]:
        """Return the keys of the accounts with these sign-in names."""
        return dict(self.filter(login__in=list(logins)).values_list("login", "pk"))

    def with_login(self, login: str) -> "Account | None":
        """Return the account that signs in under this name."""
        return self.filter(login=login.lower()).first()

    def known_by(self, login: str) -> bool:
        return self.filter(login=login).exists()

    def officials(self, *, without: Iterable[Any] = ()) -> Self:
        """Return the accounts of officials, in the order in which they were opened."""
        return self.filter(kind=Account.Kind.STAFF).exclude(pk__in=without).order_by("pk")

    def systems(self) -> Self:
        """Return the accounts of other systems."""
        return self.filter(kind=Account.Kind.CLIENT, active=True).order_by("name", "pk")

    def demonstration(self) -> Self:
        """Return the sign-ins that the demonstration shows, people before officials."""
        return self.filter(active=True).exclude(demo="").order_by("kind", "pk")


class Account(AbstractBaseUser):
    """Someone or something that can sign in.

    rights_version   changes whenever what this account may do changes; what was computed under an older one is void
    demo             what this sign-in shows in the demonstration; empty for every real one
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("person")
        STAFF = "staff", _("official")
        CLIENT = "client", _("other system")

    uid = models.UUIDField(default=ids.uid, unique=True)
    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=MAX_ACTOR_NAME, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    email = EncryptedText(blank=True)
    phone = EncryptedText(blank=True)
    active = models.BooleanField(default=True)
    rights_version = models.CharField(max_length=12, default=ids.token)
    demo = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    signed_in_at = models.DateTimeField(null=True)
    last_login = None

    objects = AccountQuerySet.as_manager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"

    class Meta:
        indexes = [
            models.Index(fields=["name", "id"], name="identity_systems", condition=Q(kind="client")),
            models.Index(fields=["login"], name="identity_not_people", condition=~Q(kind="person")),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["person", "staff", "client"]), name="identity_kind_known"),
            models.CheckConstraint(condition=~Q(login="") & ~Q(name=""), name="identity_account_named"),
        ]

    def __str__(self) -> str:
        return self.name


class RoleQuerySet(models.QuerySet["Role"]):
    def in_order(self) -> Self:
        return self.order_by("name", "key")


class Role(models.Model):
    """A set of duties that go together.

    duties   names of duties, "cases.decide"
    portal   where whoever holds it works, and so where they land after signing in; "" for where all officials do
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    duties = models.JSONField(default=list)
    portal = models.CharField(max_length=40, blank=True, default="")

    objects = RoleQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PositionQuerySet(models.QuerySet["Position"]):
    def proposed(self) -> Self:
        """Return positions that wait for a second person's confirmation."""
        return self.filter(proposed_by__isnull=False, ended_at__isnull=True)

    def valid(self, *, on: date) -> Self:
        """Return positions held that day; whoever stands in does so only while the colleague holds theirs."""
        held = self.filter(_held(on))
        colleague = Position.objects.filter(
            _held(on),
            account=OuterRef("deputy_for"),
            role=OuterRef("role"),
            department=OuterRef("department"),
            account__active=True,
            deputy_for__isnull=True,
        )
        return held.filter(Q(deputy_for__isnull=True) | Exists(colleague))

    def of(self, account: int) -> Self:
        return self.filter(account=account).order_by("-valid_from", "-pk")

    def still_to_hold(self, *, on: date) -> Self:
        """Return positions that are not over that day: held, held later, or waiting for the colleague's."""
        return self.filter(_not_over(on))

    def own(self, *, on: date) -> Self:
        """Return positions that are held that day, in nobody's place."""
        return self.filter(_held(on), deputy_for__isnull=True)

    def in_place_of(self, account: int, *, on: date) -> Self:
        """Return the positions that others hold or will hold in this one's place, and those that wait to be."""
        return self.filter(_not_over(on), deputy_for=account).order_by("valid_from", "pk")

    def taken_by(self, account: int, *, on: date) -> Self:
        """Return the positions that this one holds or will hold in the place of colleagues."""
        return self.filter(_not_over(on), account=account, deputy_for__isnull=False).order_by("valid_from", "pk")

    def that_reach(self, department: Department) -> Self:
        """Return the positions of a department and, where they reach below, of those above it."""
        keys = department.path.rstrip("/").split("/")
        above = Q(department__key__in=keys, subtree=True)
        return self.filter(above | Q(department=department)).select_related("account", "role", "department")

    def held_by(self, accounts: Iterable[int], *, on: date) -> Self:
        """Return what these accounts hold that day, in nobody's place, the first given first."""
        return self.own(on=on).filter(account__in=accounts).select_related("department").order_by("valid_from", "pk")

    def held_in(self, departments: Iterable[int], *, on: date) -> Self:
        """Return what is held that day in these departments, in nobody's place, in order."""
        held = self.own(on=on).filter(department__in=departments, account__active=True)
        return held.select_related("account").order_by("account__name", "pk")

    def holders(self, *, role: str, department: Department, on: date) -> Self:
        """Return who holds this role in this department that day."""
        return self.valid(on=on).filter(role__key=role, department=department).select_related("account")


class Position(models.Model):
    """An account holds a role in a department for a time.

    subtree           the duties reach everything below the department as well
    area              code of the area the duties are limited to; "" for everywhere
    valid_until       last day, None for open end
    deputy_for   the colleague whose place is taken for the time
    proposed_by       who proposed it, while it waits for a second person's confirmation: until then it gives nothing
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="positions")
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="positions")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="positions")
    area = models.CharField(max_length=MAX_AREA_CODE, blank=True)
    subtree = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    deputy_for = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    proposed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    objects = PositionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "role"], name="identity_position_department"),
            models.Index(fields=["account"], name="identity_position_held", condition=Q(ended_at__isnull=True)),
            models.Index(
                fields=["proposed_by"], name="identity_position_proposed", condition=Q(proposed_by__isnull=False)
            ),
            # Without the many that stand in for nobody: they are never looked for by this.
            models.Index(
                fields=["deputy_for"], name="identity_position_deputies", condition=Q(deputy_for__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="identity_position_dates",
            ),
            models.CheckConstraint(
                condition=Q(deputy_for__isnull=True) | ~Q(deputy_for=F("account")),
                name="identity_deputy_for_another",
            ),
            models.UniqueConstraint(
                fields=["account", "department", "role", "area", "valid_from"],
                condition=Q(ended_at__isnull=True, deputy_for__isnull=True),
                name="identity_position_once",
            ),
            models.UniqueConstraint(
                fields=["account", "department", "role", "area", "valid_from", "deputy_for"],
                condition=Q(ended_at__isnull=True, deputy_for__isnull=False),
                name="identity_deputy_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role_id} {self.department_id}"


def _held(on: date) -> Q:
    return Q(valid_from__lte=on, proposed_by__isnull=True) & _not_over(on)


def _not_over(on: date) -> Q:
    return Q(ended_at__isnull=True) & (Q(valid_until__isnull=True) | Q(valid_until__gte=on))
