"""Who can sign in, where they work, and what they may do there."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto.fields import EncryptedJSON, EncryptedText
from tongban.infrastructure.kernel import clock, ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.wording import worded


class DepartmentQuerySet(models.QuerySet["Department"]):
    def under(self, department: "Department") -> Self:
        """Return the department and everything below it, from top to bottom."""
        return self.filter(path__startswith=department.path).order_by("path")

    def roots(self) -> Self:
        return self.filter(parent__isnull=True).order_by("order", "key")

    def of_the_house(self) -> Self:
        """Return every department that stands in a tree; where there is no tree, all.

        What an imported list of items names stands alone at the top: a name, and nobody's place of work.
        """
        in_a_tree = self.filter(Q(parent__isnull=False) | Exists(self.filter(parent=OuterRef("pk"))))
        return in_a_tree if in_a_tree.exists() else self

    def all_reached_by(self, actor: Actor, duty: str) -> bool:
        """Say whether the duty is held for every department of the tree, without an area."""
        return actor.holds(duty) and all(
            actor.holds(duty, department=pk) for pk in self.of_the_house().values_list("pk", flat=True)
        )

    def in_order(self) -> Self:
        """Return all, as the city lists them."""
        return self.order_by("order", "key")

    def titles(self) -> dict[str, str]:
        """Return what each is called in the reader's language, by its name."""
        return {name: worded(name, english) for name, english in self.values_list("name", "english")}

    def keyed(self, keys: Iterable[str]) -> Self:
        return self.filter(key__in=keys).order_by("order", "key")


class Department(models.Model):
    """A part of the administration; departments form a tree.

    key    readable and lasting, "market-regulation"; definitions and settings name a department by it
    path   keys from the root to here, each followed by "/"; what is below a department starts with its path
    area   code of the area it is responsible for; uscc: its unified social credit code
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    english = models.CharField(max_length=160, blank=True)
    uscc = models.CharField(max_length=18, blank=True)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = models.CharField(max_length=500, unique=True)
    area = models.CharField(max_length=12, blank=True)
    order = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = DepartmentQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="identity_department_named")]

    def __str__(self) -> str:
        return self.name

    @property
    def title(self) -> str:
        """The name in the reader's language."""
        return worded(self.name, self.english)


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
        reached = ~Q(kind="person") & Exists(posts.filter(actor.within("identity.manage")))
        seen = Q(pk=actor.account) | Q(kind="staff") & ~Exists(posts) | reached
        if Department.objects.all_reached_by(actor, "identity.manage"):
            seen |= ~Q(kind="staff")
        return self.filter(seen)

    def found_by(self, text: str) -> Self:
        """Return accounts whose login or name begins with the text."""
        return self.filter(Q(login__startswith=text.lower()) | Q(name__startswith=text)) if text else self

    def known_by(self, login: str) -> bool:
        return self.filter(login=login).exists()

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
    name = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=8, choices=Kind)
    email = EncryptedText(blank=True)
    phone = EncryptedText(blank=True)
    active = models.BooleanField(default=True)
    rights_version = models.CharField(max_length=12, default=ids.token)
    demo = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    signed_in_at = models.DateTimeField(null=True)
    last_login = None

    objects: ClassVar[Any] = AccountQuerySet.as_manager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="identity_systems", condition=Q(kind="client"))]
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

    objects: ClassVar[Any] = RoleQuerySet.as_manager()

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
    area = models.CharField(max_length=12, blank=True)
    subtree = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    deputy_for = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    proposed_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = PositionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["department", "role"], name="identity_position_department"),
            models.Index(
                fields=["proposed_by"], name="identity_position_proposed", condition=Q(proposed_by__isnull=False)
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
                condition=Q(ended_at__isnull=True),
                name="identity_position_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.role_id} {self.department_id}"


class LoginSessionQuerySet(models.QuerySet["LoginSession"]):
    def signed_in(self, account: int, *, at: datetime) -> Self:
        """Return where this account is signed in, the latest first."""
        return self.filter(account=account, expire_date__gt=at).order_by("-seen_at")

    def over(self, *, at: datetime) -> Self:
        return self.filter(expire_date__lte=at)

    def timed_out(self, key: str, *, since: datetime) -> "LoginSession | None":
        """Return the sign-in of this session where it ran out by itself after that time, and was not ended."""
        ended = self.over(at=clock.now()).filter(session_key=key, account__active=True, expire_date__gt=since)
        return ended.select_related("account").first()


class LoginSession(AbstractBaseSession):
    """A browser's session, and who signed in through it.

    started_at   when the account signed in (or a session without account began); seen_at: its latest request, roughly
    device       browser and system in words; nothing more of the browser's description is kept
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, null=True, on_delete=models.CASCADE, related_name="login_sessions")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    device = models.CharField(max_length=80, blank=True)

    objects: ClassVar[Any] = LoginSessionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        indexes = [models.Index(fields=["account", "-seen_at"], name="identity_login_session_account")]

    def __str__(self) -> str:
        return f"sign-in {self.uid}"


class LateFormQuerySet(models.QuerySet["LateForm"]):
    def of(self, account: int | None, *, at: datetime) -> Self:
        """Return what this account may still send, the latest first."""
        return self.filter(account=account, expires_at__gt=at).order_by("-pk")

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lte=before)


class LateForm(models.Model):
    """A form that somebody sent after their sign-in had ended, saved until they have signed in again.

    path      address that it was sent to, with its query
    content   {"fields": [[name, value]], "files": [{"field", "name", "type", "content" in base64}],
              "left_out": [names of files that were too large], "session": for whom they acted, whom they served}
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="late_forms")
    path = models.CharField(max_length=500)
    content: Any = EncryptedJSON()
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects: ClassVar[Any] = LateFormQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="identity_late_form_expires")
        ]

    def __str__(self) -> str:
        return f"late form {self.uid}"


class FailedAttemptQuerySet(models.QuerySet["FailedAttempt"]):
    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(last_at__lt=before)


class FailedAttempt(models.Model):
    """How often signing in failed lately, for one login or one address.

    key   "login:…" or "address:…", digested, so that the table is no list of logins
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)
    wait_until = models.DateTimeField()

    objects: ClassVar[Any] = FailedAttemptQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(wait_until__gte=F("last_at")), name="identity_attempt_waits")]

    def __str__(self) -> str:
        return self.key


class ResetLinkQuerySet(models.QuerySet["ResetLink"]):
    def of(self, account: int) -> Self:
        return self.filter(account=account)

    def usable(self, *, at: datetime) -> Self:
        return self.filter(used_at__isnull=True, expires_at__gt=at, proposed=False)

    def proposed_for(self, account: int, *, at: datetime) -> "ResetLink | None":
        """Return the link that waits for a second person, where there is one for this account."""
        waiting = self.filter(account=account, used_at__isnull=True, expires_at__gt=at, proposed=True)
        return waiting.select_related("made_by").first()

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(expires_at__lt=before)


class ResetLink(models.Model):
    """A way to a new password that works once. The address itself is signed, never kept.

    made_by   the official who made it; None where its owner asked for it by mail
    proposed  it waits for a second person, and opens nothing itself
    used_at   when it was used, or made useless by another
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="links")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    expires_at = models.DateTimeField(db_index=True)
    proposed = models.BooleanField(default=False)
    used_at = models.DateTimeField(null=True)

    objects: ClassVar[Any] = ResetLinkQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="identity_link_expires")]

    def __str__(self) -> str:
        return f"link {self.uid}"


class DeniedAccessQuerySet(models.QuerySet["DeniedAccess"]):
    def pending(self) -> Self:
        """Return who tried something more often than the journal says so far."""
        return self.filter(pending__gt=0).order_by("key")

    def forgotten(self, *, before: datetime) -> Self:
        return self.filter(pending=0, began_at__lt=before)


class DeniedAccess(models.Model):
    """How often somebody asked lately for things of one kind that are not there for them.

    key        who and what, digested
    recorded   attempts since `began_at` that have a fact of their own; pending: those that no fact counts yet
    last_key   what was asked for last; account, name, address …: who asked last
    """

    key = models.CharField(max_length=64, primary_key=True)
    what = models.CharField(max_length=40)
    began_at = models.DateTimeField(db_index=True)
    last_at = models.DateTimeField()
    last_key = models.CharField(max_length=80, blank=True)
    recorded = models.PositiveIntegerField(default=0)
    pending = models.PositiveIntegerField(default=0)
    account = models.BigIntegerField(null=True)
    name = models.CharField(max_length=80, blank=True)
    kind = models.CharField(max_length=12, blank=True)
    acting_for = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=12, blank=True)
    address = models.CharField(max_length=45, blank=True)

    objects: ClassVar[Any] = DeniedAccessQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["key"], name="identity_denied_pending", condition=Q(pending__gt=0))]
        constraints = [models.CheckConstraint(condition=Q(last_at__gte=F("began_at")), name="identity_denied_times")]

    def __str__(self) -> str:
        return f"{self.what} {self.recorded + self.pending}"


class Token(models.Model):
    """The key with which another system signs in. The key itself is shown once and never kept.

    prefix   its first characters, by which people recognise it
    digest   SHA-256 of the whole key, hexadecimal
    duties   what it may do at most; never more than the account may
    """

    uid = models.UUIDField(default=ids.uid, unique=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="tokens")
    title = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    duties = models.JSONField(default=list)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("created_at")), name="identity_token_expires"),
        ]

    def __str__(self) -> str:
        return f"{self.prefix}… {self.title}"


def _held(on: date) -> Q:
    return Q(valid_from__lte=on, proposed_by__isnull=True) & _not_over(on)


def _not_over(on: date) -> Q:
    return Q(ended_at__isnull=True) & (Q(valid_until__isnull=True) | Q(valid_until__gte=on))
