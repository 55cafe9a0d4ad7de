"""Files with meaning: whose, what, from where, how far to be trusted."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.database.parts import PartedQuerySet
from tongban.infrastructure.database.prepared import Param, PreparedQuery
from tongban.infrastructure.kernel import ids
from tongban.infrastructure.kernel.actors import Actor
from tongban.infrastructure.kernel.widths import MAX_SERVICE_CODE, MAX_SUBJECT
from tongban.infrastructure.storage.models import Blob
from tongban.platform.documents import rules
from tongban.platform.parties.models import Party

MAX_KIND = 80
MAX_TITLE = 200
MAX_TOKEN = 32


class DocumentQuerySet(PartedQuerySet["Document"]):
    def parts_seen_by(self, actor: Actor) -> list[Q]:
        """Documents of the party this actor stands for, and what they brought that belongs to nobody.

        Everything else follows its owner only: who once held a mandate sees nothing of it, nor what they uploaded
        themselves. Under a mandate for certain services: what was handed in or issued for these.
        """
        if actor.kind == "system":
            return [Q()]
        parts = [Q(owner=actor.represents) & actor.within_mandate()] if actor.represents else []
        if actor.account:
            brought = [Document.Origin.UPLOADED, Document.Origin.FIELD]
            # What anybody brought for somebody is that somebody's, also after a mandate has ended.
            parts.append(Q(created_by=actor.account, origin__in=brought, owner__isnull=True))
        return parts

    def with_content(self) -> Self:
        return self.select_related("blob")

    def latest_of(self, owner: Party, most: int) -> Self:
        """Return what this party has, the newest first, but no letters: those belong to the case they are about."""
        kept = self.filter(owner=owner).exclude(origin=Document.Origin.ISSUED, source__startswith="case:")
        return kept.with_content().order_by("-created_at", "-pk")[:most]

    def named(self, uid: str) -> "Document | None":
        """Return the document with this name; None where it is no name."""
        return self.with_content().filter(uid=uid).first() if _is_uid(uid) else None

    def with_key(self, key: str) -> "Document | None":
        """Return the document kept under this idempotency key."""
        return _KEYED.one(key=key)

    def issued_with(self, digest: str) -> "Document | None":
        """Return the document that the house issued with exactly this content (SHA-256, hexadecimal)."""
        return self.filter(origin=Document.Origin.ISSUED, blob__digest=digest).select_related("blob").first()

    def brought_with(self, digest: str) -> "Document | None":
        """Return a document that somebody brought with exactly this content (SHA-256, hexadecimal)."""
        brought = self.filter(origin__in=[Document.Origin.UPLOADED, Document.Origin.FIELD], blob__digest=digest)
        return brought.select_related("blob").first()

    def with_token(self, token: str) -> "Document | None":
        """Return the letter whose QR code says this."""
        return self.filter(origin=Document.Origin.ISSUED, token=token).select_related("blob", "owner").first()


class Document(models.Model):
    """A file that means something.

    kind        readable code: a material's code, a licence's kind, or the letter's name
    origin      uploaded by a person, fetched from a register, issued by the house, taken in the field
    source      who answered or what it belongs to: "register:enterprise", "case:12"
    service     catalogue code of the service it was handed in or issued for, "" where it was for none
    trust       how far the content may be relied on, A (produced by an authority) … D (own declaration); rules.trust_of
    as_of       the moment the content was true
    created_by  id of the account that brought it
    key         idempotency: a second one with the same key is the first one
    token       random, in the QR code of a letter; None where the file carries none
    """

    class Origin(models.TextChoices):
        UPLOADED = "uploaded", _("Uploaded")
        FETCHED = "fetched", _("Fetched, no upload needed")
        ISSUED = "issued", _("Issued")
        FIELD = "field", _("Taken on site")

    class Trust(models.TextChoices):
        A = "A", _("A: produced by an authority, usable as it is")
        B = "B", _("B: checked by an official, usable again")
        C = "C", _("C: uploaded, the original is to be checked")
        D = "D", _("D: made or declared by the applicant")

    uid = models.UUIDField(default=ids.uid, unique=True)
    owner = models.ForeignKey(Party, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=MAX_KIND)
    title = models.CharField(max_length=MAX_TITLE)
    name = models.CharField(max_length=160)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    origin = models.CharField(max_length=10, choices=Origin.choices)
    source = models.CharField(max_length=120, blank=True)
    service = models.CharField(max_length=MAX_SERVICE_CODE, blank=True)
    trust = models.CharField(max_length=1, choices=Trust.choices)
    as_of = models.DateTimeField()
    valid_until = models.DateField(null=True)
    created_by = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    key = models.CharField(max_length=160, null=True, unique=True)
    token = models.CharField(max_length=MAX_TOKEN, null=True, unique=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at", "-id"], name="documents_owner"),
            models.Index(fields=["source"], name="documents_source"),
            models.Index(
                fields=["created_by", "-created_at", "-id"], condition=Q(owner__isnull=True), name="documents_brought"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(origin__in=["uploaded", "fetched", "issued", "field"]), name="documents_origin"
            ),
            models.CheckConstraint(condition=Q(trust__in=["A", "B", "C", "D"]), name="documents_trust"),
        ]

    def __str__(self) -> str:
        return self.title

    def code(self) -> str:
        """Return the code of what anyone is told of the document; the fact of its issue holds the same."""
        says = {name: getattr(self, name) for name in ("owner_id", "kind", "title", "source", "as_of", "token")}
        return crypto.row_mac(self._meta.db_table, str(self.uid), says | {"digest": self.blob.digest})

    @property
    def label(self) -> str:
        """What people know it by: the name of the file they brought, else its title."""
        return self.name if self.origin in {self.Origin.UPLOADED, self.Origin.FIELD} else self.title


A = TypeVar("A", bound="Attachment")


class AttachmentQuerySet(models.QuerySet[A]):
    def of(self, subject: models.Model) -> Self:
        """Return what lies under the lines of a subject, in the order in which it came."""
        return self.ever_of(subject).filter(replaced_at__isnull=True).order_by("pk")

    def ever_of(self, subject: models.Model) -> Self:
        """Return the same with what was taken out or replaced."""
        return self.filter(**{self.model.SUBJECT: subject}).select_related("document__blob")

    def current_of(self, subject: models.Model) -> list[A]:
        """Return what `of` says, all of it."""
        return list(self.of(subject))

    def codes_of(self, subject: models.Model) -> set[str]:
        """Return the lines that have a document."""
        return set(self.of(subject).values_list("code", flat=True))

    def contents_of(self, subject: models.Model) -> list[tuple[str, str]]:
        """Return what lies under the lines: code and digest of the file, in the order in which they came."""
        return list(self.of(subject).values_list("code", "document__blob__digest"))

    def named(self, document: str) -> Self:
        """Return the row of a document, by the document's uid; nothing where it is no uid."""
        return self.filter(document__uid=document) if ids.is_uid(document) else self.none()

    def under(self, codes: Iterable[str]) -> Self:
        return self.filter(code__in=list(codes))


class Attachment(models.Model):
    """A document that answers one line of what is asked for; a room's own model inherits it.

    That model has the key of its subject, which SUBJECT names, and a constraint: a subject has a document once under a
    code.

    code         the line
    replaced_at  set when it was taken out, or a newer file took its place; it stays on record
    """

    SUBJECT: ClassVar[str]
    notes: Sequence[Any] = ()  # what other rooms say of the paper, where a page asked them

    code = models.CharField(max_length=60)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        abstract = True


class WaitingPaperQuerySet(models.QuerySet["WaitingPaper"]):
    def about(self, subject: str) -> Self:
        return self.filter(subject=subject).order_by("pk")


class WaitingPaper(models.Model):
    """A paper that cannot be made yet: no typeface has a glyph for a character that it says.

    subject     what it comes out of, "case:12"; one of each kind waits
    kind        name of the letter, or the licence's kind; title: what it is called
    characters  those without a glyph, one after another
    """

    subject = models.CharField(max_length=MAX_SUBJECT)
    kind = models.CharField(max_length=MAX_KIND)
    title = models.CharField(max_length=MAX_TITLE)
    characters = models.CharField(max_length=200)
    since = models.DateTimeField()

    objects = WaitingPaperQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "kind"], name="documents_waiting_once")]

    def __str__(self) -> str:
        return f"{self.title} ({self.subject})"

    @property
    def shown(self) -> str:
        """The characters with their codes, for people who have to find them."""
        return rules.shown(self.characters)


def _is_uid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


_KEYED: PreparedQuery[Document] = PreparedQuery(
    lambda: Document.objects.with_content().filter(key=Param("key", models.CharField()))
)
