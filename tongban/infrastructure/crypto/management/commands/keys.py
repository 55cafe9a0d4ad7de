"""Look after keys: `manage.py keys list | check | rotate | renew | revoke | request | certify`."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tongban.infrastructure.crypto import ports, rotating
from tongban.infrastructure.crypto import services as crypto
from tongban.infrastructure.crypto.fields import DamagedValue
from tongban.infrastructure.crypto.models import Key
from tongban.infrastructure.crypto.rules import ciphers
from tongban.infrastructure.kernel.actors import SYSTEM

OTHER_DATA_KEY = (
    "The keys here were encrypted under another data key. Put that one back, as TONGBAN_DATA_KEY or in "
    "TONGBAN_VAR/keys/data; see docs/operating/keys.md"
)

CHANGED = "A key was changed or moved in the database; `manage.py keys check --values` names every such value"


class Command(BaseCommand):
    help = "Look after the keys that sign and the key that encrypts; see docs/operating/keys.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        verbs.add_parser("list", help="print every key: owner, state, validity, id, common name")
        check = verbs.add_parser("check", help="say whether the signer is ready and the data key the right one")
        check.add_argument("--values", action="store_true", help="read every encrypted value, too")
        verbs.add_parser("rotate", help="encrypt again under today's data key what older data keys encrypted")
        renew = verbs.add_parser("renew", help="let a new key sign for this owner")
        renew.add_argument("owner")
        revoke = verbs.add_parser("revoke", help="stop trusting a key")
        revoke.add_argument("key_digest")
        revoke.add_argument("--reason", required=True)
        revoke.add_argument("--since", type=datetime.fromisoformat, help="from when on it was in wrong hands; now")
        request = verbs.add_parser("request", help="print a certificate request for an outside authority")
        request.add_argument("owner")
        certify = verbs.add_parser("certify", help="put an outside authority's certificate on a key")
        certify.add_argument("owner")
        certify.add_argument("file", type=Path, help="PEM: the certificate, then its chain")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, f"do_{verb}")(**options)
        except DamagedValue as error:
            other = isinstance(error.__cause__, ciphers.KeyMissing)
            raise CommandError(OTHER_DATA_KEY if other else CHANGED) from error

    def do_list(self, **_: Any) -> None:
        for key in Key.objects.in_order():
            state = "revoked" if key.revoked_at else "retired" if key.retired_at else "current"
            days = f"{key.valid_from:%Y-%m-%d}/{key.valid_until:%Y-%m-%d}"
            line = f"{key.owner}  {state}  {days}  {key.signer}  {key.key_digest}  {key.common_name}"
            self.stdout.write(line)

    def do_check(self, values: bool, **_: Any) -> None:
        problems = ports.signer(settings.CRYPTO_SIGNER).check()
        if problems:
            raise CommandError("; ".join(problems))
        keys = sum(1 for key in Key.objects.in_order() if key.handle)
        for owner, url in crypto.revoked_elsewhere():
            self.stderr.write(
                f"{owner}: revocations are published at {url}, an old address; manage.py keys renew {owner}"
            )
        if values:
            found = list(rotating.unreadable())
            self.stdout.write("".join(f"{location}\n" for location in found), ending="")
            if found:
                raise CommandError(f"{len(found)} encrypted values were changed or moved in the database")
        self.stdout.write(f"the signer {settings.CRYPTO_SIGNER} is ready, {keys} keys can be read")

    def do_rotate(self, **_: Any) -> None:
        rows = rotating.rotate(actor=SYSTEM)
        self.stdout.write(f"{rows} rows encrypted again; older data keys are needed no more")

    def do_renew(self, owner: str, **_: Any) -> None:
        self.stdout.write(crypto.renew(actor=SYSTEM, owner=owner).key_digest)

    def do_revoke(self, key_digest: str, reason: str, since: datetime | None = None, **_: Any) -> None:
        moment = timezone.make_aware(since) if since and timezone.is_naive(since) else since
        key = crypto.revoke(actor=SYSTEM, key_digest=key_digest, reason=reason, since=moment)
        self.stdout.write(f"the key of {key.owner} is trusted no more; a new one is made on the next need")

    def do_request(self, owner: str, **_: Any) -> None:
        self.stdout.write(crypto.request(owner), ending="")

    def do_certify(self, owner: str, file: Path, **_: Any) -> None:
        key = crypto.certify(actor=SYSTEM, owner=owner, pem=file.read_text())
        self.stdout.write(f"{owner} signs with an outside certificate, valid until {key.valid_until:%Y-%m-%d}")
