"""million CASES PARTIES [OFFICES OFFICIALS]: fill a PostgreSQL database of the demonstration with cases of three years.

Cases arrive and last as those of the permit log do (bench/permits/distribution.toml); their last days are the law's.
Shares as in a city: one case in twenty is open, everything else is closed; most departments take part in few cases,
some in many; a person has a handful of cases, sixteen companies have thousands. With OFFICES the cases are spread over
so many departments more, with OFFICIALS who review and decide there. Rows are written by the database
itself, without the indexes, which are made again afterwards exactly as the migrations made them.

Prints {"officials": [session keys], "people": […], "companies": […], "cases": …, "open_tasks": …, "seconds": …}.
"""

import json
import sys
import time
import tomllib
from datetime import timedelta
from hashlib import md5
from itertools import accumulate
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import connection

import bench.inside  # noqa: F401
from bench import permits
from bench.inside import cast
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.platform.cases import rules
from tongban.platform.cases import services as cases
from tongban.platform.cases.models import Case
from tongban.platform.catalogue.models import Version
from tongban.platform.codes import services as codes
from tongban.platform.deadlines import services as deadlines
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Account, Department, Position
from tongban.platform.parties.models import Party
from tongban.platform.workflow.models import Instance

CASES, PARTIES, OFFICES, STAFF = (*map(int, sys.argv[1:]), 0, 0)[:4]
DISTRIBUTION = tomllib.loads((Path(permits.__file__).parent / "distribution.toml").read_text())
SILENCE_H = 120  # whoever is not answered by then is accepted by law
READERS = 32  # so many of the officials are signed in
COMPANIES, PEOPLE = 16, 16
OFFICIALS = ("wu.zhiyuan", "zhao.guoqing", "he.lan", "tang.yu")
TABLES = ("parties_party", "cases_case", "cases_participation", "cases_action", "workflow_instance", "workflow_task")
SHARES = {  # of all cases
    "food-business": 0.22,
    "public-place-hygiene": 0.10,
    "residence-permit": 0.30,
    "residence-permit-reissue": 0.13,
    "senior-allowance": 0.15,
    "flexible-employment": 0.10,
}
OPEN, HEAVY = 0.048, 0.04  # shares of cases: still open; of the sixteen companies

KINDS = """
CREATE TEMP TABLE kinds (
    index int, low float, high float, version bigint, lead bigint, inspects bigint, also bigint[], name text,
    code text, unit text
)
"""
QUANTILE = """
CREATE FUNCTION pg_temp.quantile(deciles float[], r float) RETURNS float LANGUAGE sql IMMUTABLE AS $$
    SELECT deciles[1 + floor(r * 10)::int]
        + (deciles[2 + floor(r * 10)::int] - deciles[1 + floor(r * 10)::int]) * (r * 10 - floor(r * 10))
$$
"""
LAW = "CREATE TEMP TABLE law (version bigint, day date, answer date, promised date, statutory date, supplement date)"
PEOPLE_SQL = """
INSERT INTO parties_party (uid, kind, name, id_kind, id_number, id_digest, phone, email, address, area, created_at)
SELECT md5('p' || g)::uuid, CASE WHEN g %% 7 = 0 THEN 'organisation' ELSE 'person' END,
       CASE WHEN g %% 7 = 0 THEN '云泽市第' || g || '号商贸有限公司'
            ELSE substr('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨', 1 + g %% 16, 1)
                || substr('伟芳娜敏静丽强磊军洋勇艳杰涛明超', 1 + g / 16 %% 16, 1) END,
       CASE WHEN g %% 7 = 0 THEN 'uscc' ELSE 'identity-card' END,
       e.texts[1], md5('d' || g) || md5('e' || g), e.texts[2], '', e.texts[3],
       (ARRAY['990102', '990103'])[1 + g %% 2], now() - interval '4 years'
FROM generate_series(1, %(parties)s) g JOIN encrypted e ON e.kind = 'party' AND e.number = g
"""
CASES_SQL = """
INSERT INTO cases_case (uid, number, query_code, version_id, department_id, area, applicant_id, applicant_name, state,
    outcome, answers, sources, fees, created_at, updated_at, submitted_at, received_on, acceptance_due_on, accepted_on,
    statutory_due_on, promised_due_on, decided_on, applicant_due_on, extended_days, lost_days, unit, revision,
    step)
SELECT upper(substr(md5('u' || g), 1, 16)),
    area || '-' || to_char(at, 'YYYYMMDD') || '-' || upper(substr(md5('n' || g), 1, 9)),
    lpad((g %% 1000000)::text, 6, '0'), e.version, office, area, party, party_name, state,
    CASE WHEN state = 'completed' THEN CASE WHEN c < 0.9 THEN 'granted' ELSE 'refused' END
         WHEN state IN ('not_accepted', 'withdrawn') THEN state ELSE '' END,
    answers, '{}', '[]', at - interval '2 hours', COALESCE(decided_at, accepted_at, at), at, at::date, received.answer,
    accepted_at::date, accepted.statutory, accepted.promised, decided_at::date,
    CASE WHEN state = 'supplement' THEN received.supplement END, 0, 0, unit, 5, ''
FROM (
    SELECT *, CASE WHEN state IN ('accepted', 'completed') THEN answered_at END AS accepted_at,
        CASE WHEN state = 'completed'
             THEN LEAST(answered_at + pg_temp.quantile(%(deciding)s, r) * interval '1 hour', now()) END AS decided_at
    FROM (
    SELECT d.*, random() AS r, k.version, k.unit,
        LEAST(at + LEAST(pg_temp.quantile(%(accepting)s, random()), %(silence)s) * interval '1 hour', now())
            AS answered_at,
        CASE WHEN g %% 10 = 0 OR cardinality(%(offices)s::bigint[]) = 0 THEN k.lead
             ELSE (%(offices)s::bigint[])[1 + g %% cardinality(%(offices)s::bigint[])] END AS office,
        p.id AS party, p.name AS party_name, texts[1] AS answers,
        CASE WHEN g <= %(cases)s * (1 - %(open)s)
             THEN CASE WHEN b < 0.95 THEN 'completed' WHEN b < 0.97 THEN 'not_accepted' ELSE 'withdrawn' END
             ELSE CASE WHEN b < 0.25 THEN 'submitted' WHEN b < 0.33 THEN 'supplement' ELSE 'accepted' END END AS state
    FROM (
        SELECT g, random() a, random() b, random() c,
            (ARRAY['990100', '990102', '990103'])[1 + (random() * 2)::int] area,
            LEAST(date_trunc('week', now() - (1 - g::float / %(cases)s) * interval '3 years')
                + width_bucket(random(), %(weekdays)s) * interval '1 day'
                + (width_bucket(random(), %(hours)s) + random()) * interval '1 hour', now() - interval '1 hour') AS at,
            CASE WHEN random() < %(heavy)s THEN %(companies)s::bigint[] END AS few,
            %(first)s + floor(power(random(), 1.5) * (%(parties)s - 1))::bigint AS one
        FROM generate_series(1, %(cases)s) g OFFSET 0
    ) d
    JOIN kinds k ON d.a >= k.low AND d.a < k.high
    JOIN encrypted ON kind = 'case' AND number = g
    JOIN parties_party p ON p.id = CASE WHEN few IS NULL THEN one ELSE few[1 + g %% array_length(few, 1)] END
    OFFSET 0
    ) timed
) e
LEFT JOIN law received ON received.version = e.version AND received.day = at::date
LEFT JOIN law accepted ON accepted.version = e.version AND accepted.day = accepted_at::date
ORDER BY g
"""
# Everything below follows from the cases just written; `closed` means that all steps were gone through.
FOLLOWING = {
    "cases_participation": """
INSERT INTO cases_participation (case_id, department_id, area, first, service, state, submitted_at, due_on)
SELECT c.id, d, c.area, d = c.department_id, k.code, c.state, c.submitted_at,
    CASE c.state WHEN 'submitted' THEN c.acceptance_due_on WHEN 'accepted' THEN c.promised_due_on
                 WHEN 'supplement' THEN '9999-12-31'::date END
FROM cases_case c JOIN kinds k ON k.version = c.version_id
CROSS JOIN LATERAL unnest(array_append(array_remove(array_remove(k.also, k.lead), c.department_id), c.department_id)) d
WHERE c.id > %(before)s ORDER BY c.id
""",
    "cases_action": """
INSERT INTO cases_action (case_id, kind, at, "on", account, actor, department, opinion, data, public)
SELECT c.id, v.kind, GREATEST(c.submitted_at, v.day), v.day, NULL,
    CASE v.kind WHEN 'submitted' THEN c.applicant_name ELSE '经办人' END, '', '', '{}', true
FROM cases_case c CROSS JOIN LATERAL (VALUES
    ('submitted', c.received_on, true), ('supplement_requested', c.received_on, c.state = 'supplement'),
    ('accepted', c.accepted_on, c.state IN ('accepted', 'completed')),
    ('opinion_given', c.decided_on, c.state = 'completed'),
    (CASE WHEN c.outcome = 'refused' THEN 'refused' ELSE 'granted' END, c.decided_on, c.state = 'completed'),
    ('completed', c.decided_on, c.state = 'completed'),
    (c.state, c.received_on + 2, c.state IN ('not_accepted', 'withdrawn'))
) v(kind, day, there)
WHERE v.there AND c.id > %(before)s ORDER BY c.id
""",
    "workflow_instance": """
INSERT INTO workflow_instance (process_id, subject, about, topic, state, outcome, marking, data, roles, area, due_on,
    version, started_at, ended_at)
SELECT %(process)s, 'case:' || c.id, k.name || ' · ' || c.applicant_name, k.code,
    CASE WHEN c.state = 'completed' THEN 'ended' WHEN c.state IN ('not_accepted', 'withdrawn') THEN 'cancelled'
         ELSE 'running' END,
    c.outcome, '{"open": [], "joins": {}}', '{}', '{}', c.area, '9999-12-31', 4, c.submitted_at,
    CASE WHEN c.state IN ('completed', 'not_accepted', 'withdrawn') THEN c.updated_at END
FROM cases_case c JOIN kinds k ON k.version = c.version_id WHERE c.id > %(before)s ORDER BY c.id
""",
    "workflow_task": """
INSERT INTO workflow_task (uid, instance_id, key, title, kind, role, duty, department_id, area, subject, about, topic,
    state, opened_at, due_on, claimed_by_id, done_by_id, done_at, outcome, opinion, data, version)
SELECT gen_random_uuid(), i.id, v.kind, v.title, v.kind, v.kind, 'cases.' || v.kind, v.department, c.area, i.subject,
    i.about, i.topic, v.state, c.submitted_at + v.days * interval '1 day',
    CASE WHEN c.state = 'supplement' THEN '9999-12-31' WHEN v.days = 0 THEN c.acceptance_due_on
         ELSE COALESCE(c.promised_due_on, '9999-12-31') END, NULL,
    CASE WHEN v.state = 'done' THEN %(official)s END,
    CASE WHEN v.state = 'done' THEN c.submitted_at + (v.days + 1) * interval '1 day' END,
    CASE WHEN v.state = 'done' THEN 'pass' ELSE '' END, '', '{}', 1
FROM cases_case c JOIN workflow_instance i ON i.subject = 'case:' || c.id JOIN kinds k ON k.version = c.version_id
CROSS JOIN LATERAL (VALUES
    ('accept', '受理', 0, %(window)s::bigint,
        CASE WHEN c.state IN ('submitted', 'supplement') THEN 'open'
             WHEN c.state IN ('not_accepted', 'withdrawn') THEN 'cancelled' ELSE 'done' END),
    ('review', '资料审查', 1, c.department_id,
        CASE WHEN c.state = 'completed' THEN 'done'
             WHEN c.state = 'accepted' THEN CASE WHEN c.id %% 2 = 0 THEN 'open' ELSE 'done' END END),
    ('inspect', '现场核查', 1, k.inspects,
        CASE WHEN c.state = 'completed' THEN 'done'
             WHEN c.state = 'accepted' THEN CASE WHEN c.id %% 2 = 0 THEN 'open' ELSE 'done' END END),
    ('approve', '决定', 5, c.department_id,
        CASE WHEN c.state = 'completed' THEN 'done' WHEN c.state = 'accepted' AND c.id %% 2 = 1 THEN 'open' END)
) v(kind, title, days, department, state)
WHERE v.state IS NOT NULL AND v.department IS NOT NULL AND c.id > %(before)s ORDER BY c.id
""",
}


def main() -> None:
    began = time.perf_counter()
    companies = [cast.company(number) for number in range(COMPANIES)]
    case = cases.submit(actor=cast.actor_for(*companies[0]), uid=cast.draft(*companies[0]).uid, declared=True)
    known: dict[str, Any] = {
        "cases": CASES,
        "parties": PARTIES,
        "open": OPEN,
        "heavy": HEAVY,
        "before": case.pk,
        "companies": [firm.pk for _account, firm in companies],
        "process": Instance.objects.get(subject=case.subject).process_id,
        "official": Account.objects.get(login=OFFICIALS[0]).pk,
        "window": Department.objects.get(key="government-services").pk,
        "offices": (offices := founded_offices()),
        "accepting": DISTRIBUTION["to_acceptance_h"],
        "deciding": DISTRIBUTION["to_decision_h"],
        "silence": SILENCE_H,
        "weekdays": list(accumulate(DISTRIBUTION["weekdays"])),
        "hours": list(accumulate(DISTRIBUTION["hours"])),
        "first": Party.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1,
    }
    with connection.cursor() as cursor:
        # For this loading only; the servers under measure wait for the disk as always.
        cursor.execute("SET session_replication_role = replica; SET synchronous_commit = off")
        cursor.execute("SET maintenance_work_mem = '1GB'; SET work_mem = '256MB'")
        indexes = without_indexes(cursor)
        name_kinds(cursor)
        count_days(cursor)
        encrypt(cursor)
        cursor.execute(PEOPLE_SQL, known)
        cursor.execute("ANALYZE parties_party")
        cursor.execute(CASES_SQL, known)
        cursor.execute("ANALYZE cases_case")
        for sql in FOLLOWING.values():
            cursor.execute(sql, known)
            cursor.execute("ANALYZE workflow_instance")
        for sql in indexes:
            cursor.execute(sql)
        for name in ("session_replication_role", "synchronous_commit", "maintenance_work_mem", "work_mem"):
            cursor.execute(f"RESET {name}")
    people = with_accounts(known["first"])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT count(*) FROM workflow_task WHERE state = 'open'")
        open_tasks = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM cases_case")
        there = cursor.fetchone()[0]
    found = {
        "officials": [cast.session(Account.objects.get(login=login)) for login in OFFICIALS],
        "people": [cast.session(account) for account in people],
        "companies": [cast.session(account, firm) for account, firm in companies],
        "readers": [cast.session(account) for account in staffed(offices)],
        "cases": there,
        "open_tasks": open_tasks,
        "seconds": round(time.perf_counter() - began),
    }
    print(json.dumps(found))


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


def name_kinds(cursor: Any) -> None:
    """Write down which departments deal with which service, and how often it is asked for."""
    cursor.execute(KINDS)
    low = 0.0
    for index, (code, share) in enumerate(SHARES.items()):
        version = Version.objects.published().select_related("service").get(service__code=code)
        roles = {role["key"]: role["department"] for role in version.guide["role"]}
        lead = version.service.department_id
        also = {lead} | {Department.objects.get(key=key).pk for key in roles.values()}
        inspects = Department.objects.get(key=roles["inspection"]).pk if "inspection" in roles else None
        unit = cases.plan_of(version).limits.unit
        high = 1.1 if index == len(SHARES) - 1 else low + share
        cursor.execute(
            "INSERT INTO kinds VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            [index, low, high, version.pk, lead, inspects, sorted(also), version.service.name, code, unit],
        )
        low += share
    cursor.execute("ANALYZE kinds")


def count_days(cursor: Any) -> None:
    """Count by the rules of the house, for each service and each day, what follows from it."""
    calendar = deadlines.RememberedCalendar(codes.calendar())
    days_back = 3 * 366 + 7  # cases begin with the week of a day three years ago
    first = clock.today() - timedelta(days=days_back)
    cursor.execute(QUANTILE)
    cursor.execute(LAW)
    versions = Version.objects.published().select_related("service").filter(service__code__in=SHARES)
    known = {version.pk: cases.plan_of(version).limits for version in versions}
    with cursor.copy("COPY law FROM STDIN") as copy:
        for version, limits in known.items():
            for day in (first + timedelta(days=number) for number in range(days_back + 2)):
                received = rules.receive(rules.CaseStatus(), day, limits, calendar)
                accepted = rules.start(received, day, limits, calendar)
                asked = rules.ask_for_supplement(received, day, limits, calendar)
                days = (received.acceptance_due_on, accepted.promised_due_on, accepted.statutory_due_on)
                copy.write_row((version, day, *days, asked.applicant_due_on))
    cursor.execute("ANALYZE law")


def founded_offices() -> list[int]:
    """Found so many departments more, below the city."""
    return [
        identity.put_department(
            actor=SYSTEM, key=f"office-{number}", name=f"第{number}局", parent=cast.department("city"), area=""
        ).pk
        for number in range(OFFICES)
    ]


def staffed(offices: list[int]) -> list[Account]:
    """Give the offices officials, who review and decide there; return those who are signed in, of every office."""
    roles = [Position.objects.of(Account.objects.get(login=login).pk)[0].role_id for login in OFFICIALS[:2]]
    now = clock.now()
    people = Account.objects.bulk_create(
        Account(login=f"official-{number}", name=f"经办{number}", kind="staff", password="!", created_at=now)
        for number in range(STAFF)
    )
    Position.objects.bulk_create(
        Position(
            account=account,
            department_id=offices[number % len(offices)],
            role_id=roles[number // len(offices) % len(roles)],
            valid_from=clock.today() - timedelta(days=700),
        )
        for number, account in enumerate(people)
    )
    return people[:: max(1, STAFF // READERS)][:READERS]


def encrypt(cursor: Any) -> None:
    """Lay ready what is encrypted: a value belongs to its row, so that each is written for itself."""
    cursor.execute("CREATE TEMP TABLE encrypted (kind text, number int, texts text[], PRIMARY KEY (kind, number))")
    with cursor.copy("COPY encrypted FROM STDIN") as copy:
        for number in range(1, PARTIES + 1):
            party = Party(
                uid=UUID(_md5("p", number)), **dict.fromkeys(("id_number", "phone", "address"), "19900000000")
            )
            copy.write_row(("party", number, [_at_rest(party, name) for name in ("id_number", "phone", "address")]))
        for number in range(1, CASES + 1):
            case = Case(uid=_md5("u", number)[:16].upper(), answers=cast.EXAMPLE["answers"])
            copy.write_row(("case", number, [_at_rest(case, "answers")]))
    cursor.execute("ANALYZE encrypted")


def _md5(letter: str, number: int) -> str:
    return md5(f"{letter}{number}".encode()).hexdigest()


def _at_rest(row: Any, name: str) -> str:
    field = row._meta.get_field(name)
    return str(field.get_db_prep_save(field.pre_save(row, True), connection))


def with_accounts(first: int) -> list[Account]:
    """Give some of the people who have cases an account."""
    found = []
    for number, party in enumerate(Party.objects.filter(pk__gte=first, kind="person", account=None)[:PEOPLE]):
        account = identity.open_account(actor=SYSTEM, login=f"person-{number}", name=party.name, kind="person")
        party.account = account
        party.save(update_fields=["account"])
        found.append(account)
    return found


main()
