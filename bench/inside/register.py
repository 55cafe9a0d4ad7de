"""register LICENCES ACCOUNTS PASSWORD: fill a PostgreSQL database with so many licences, people and their accounts.

Everybody has an account and a licence or a few; four departments issue them, of three years. The database writes the
rows itself; indexes are made again afterwards exactly as the migrations made them. Rows of the register have no fact in
the journal, so that a check by their code would refuse them: what is asked of them is lists and searches. Sixteen
people who can sign in by password, and an official for each department, are made by the verbs of the house.

Prints {"people": [session keys], "logins": [...], "officials": [session keys], "numbers": [...], "licences": …, …}.
"""

import json
import sys
import time
from typing import Any

from django.db import connection

import bench.inside  # noqa: F401
from bench.inside import cast
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department
from tongban.platform.licences.models import Licence
from tongban.platform.parties.models import Party

LICENCES, ACCOUNTS, PASSWORD = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
TABLES = ("parties_party", "identity_account", "licences_licence")
OFFICES = ("market-regulation", "health", "public-security", "human-resources")
READERS, PEOPLE = 16, 16
ACCOUNTS_SQL = """
INSERT INTO identity_account (password, uid, login, name, kind, email, phone, active, rights_version, demo, created_at)
SELECT '!', md5('a' || g)::uuid, 'resident-' || g, substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨', 1 + g %% 16, 1)
       || substr('伟芳娜敏静丽强磊军洋勇艳杰涛明超', 1 + g / 16 %% 16, 1), 'person', '', '', true,
       substr(md5('r' || g), 1, 12), '', now() - interval '4 years'
FROM generate_series(1, %(accounts)s) g
"""
PARTIES_SQL = """
INSERT INTO parties_party (uid, kind, name, id_kind, id_number, id_digest, account_id, phone, email, address, area,
    created_at)
SELECT uid, 'person', name, 'identity-card', '', md5('d' || id) || md5('e' || id), id, '', '', '', '990102', created_at
FROM identity_account WHERE login LIKE 'resident-%%' ORDER BY id
"""
LICENCES_SQL = """
INSERT INTO licences_licence (identifier, kind, kind_name, kind_english, kind_code, number, holder_id, issuer_id, area,
    subject, service, issued_on, valid_from, valid_until, state, state_reason, state_changed_at, version, face,
    file_digest, token, origin, created_at)
SELECT '1.2.156.3005.2.' || substr(md5('i' || g), 1, 20) || '.' || g, 'bench-' || g %% 5, '测算许可证', '',
    '1110000000000000' || lpad((g %% 5)::text, 5, '0'), 'CS' || lpad(g::text, 12, '0'),
    %(first)s + floor(power(random(), 1.2) * (%(accounts)s - 1))::bigint,
    (%(offices)s::bigint[])[1 + g %% cardinality(%(offices)s::bigint[])],
    (ARRAY['990100', '990102', '990103'])[1 + g %% 3], 'bench:' || g, '', day, day,
    CASE WHEN g %% 3 > 0 THEN day + 1826 END, CASE WHEN g %% 40 = 0 THEN 'revoked' ELSE 'valid' END, '', day, 1, '',
    '', substr(md5('t' || g) || md5('u' || g), 1, 24), '测算', day
FROM (SELECT g, current_date - ((%(licences)s - g)::float / %(licences)s * 1095)::int AS day
      FROM generate_series(1, %(licences)s) g) dated
"""


def main() -> None:
    began = time.perf_counter()
    offices = [department for key in OFFICES if (department := Department.objects.filter(key=key).first())]
    with connection.cursor() as cursor:
        # For this loading only; the servers under measure wait for the disk as always.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'")
        indexes = without_indexes(cursor)
        known: dict[str, Any] = {
            "accounts": ACCOUNTS,
            "licences": LICENCES,
            "offices": [office.pk for office in offices],
        }
        cursor.execute(ACCOUNTS_SQL, known)
        last = Party.objects.order_by("-pk").values_list("pk", flat=True).first()
        cursor.execute(PARTIES_SQL)
        first = Party.objects.filter(pk__gt=last or 0).order_by("pk").values_list("pk", flat=True)[0]
        cursor.execute(LICENCES_SQL, known | {"first": first})
        for sql in indexes:
            cursor.execute(sql)
        for name in ("session_replication_role", "synchronous_commit", "maintenance_work_mem"):
            cursor.execute(f"RESET {name}")
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    step = max(1, ACCOUNTS // (2 * PEOPLE))
    holders = [Account.objects.get(login=f"resident-{1 + number * step}") for number in range(PEOPLE)]
    numbers = [f"CS{number:012}" for number in range(1, LICENCES, max(1, LICENCES // 500))]
    found = {
        "people": [cast.session(account) for account in holders],
        "logins": [signing(number) for number in range(PEOPLE)],
        "officials": [cast.session(official(number, office)) for number, office in enumerate(offices)],
        "numbers": numbers,
        "licences": Licence.objects.count(),
        "accounts": Account.objects.count(),
        "seconds": round(time.perf_counter() - began),
    }
    print(json.dumps(found))


def signing(number: int) -> str:
    """Open the account of somebody who signs in with the password; return the sign-in name."""
    login = f"visitor-{number}"
    identity.open_account(actor=SYSTEM, login=login, name=f"访客{number}", kind="person", password=PASSWORD)
    return login


def official(number: int, office: Department) -> Account:
    """Return an official of the office who may read the register."""
    account = identity.open_account(actor=SYSTEM, login=f"registrar-{number}", name=f"档案{number}", kind="staff")
    role = identity.define_role(actor=SYSTEM, key="bench-register", name="测算查档", duties=("licences.read",))
    identity.appoint(actor=SYSTEM, account=account, department=office, role=role)
    return account


def without_indexes(cursor: Any) -> list[str]:
    """Drop the indexes that no constraint needs; return how to make them again."""
    cursor.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%s) AND indexname NOT IN "
        "(SELECT conname FROM pg_constraint)",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _sql in found:
        cursor.execute(f'DROP INDEX "{name}"')
    return [sql for _name, sql in found]


main()
