"""What the laws need to know of identity."""

from datetime import timedelta

from tests.copies import copies, token
from tests.sample_city import SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import (
    Absence,
    Account,
    DeniedAccess,
    Department,
    Dissolution,
    FailedAttempt,
    LateForm,
    LoginSession,
    Position,
    ResetLink,
    Role,
    Token,
)


def make(city: SampleCity) -> None:
    now = clock.now()
    agent, approver = city.cast.accounts["agent"], city.cast.accounts["approver"]
    city.cast.browser("agent")
    content = {"fields": [["name", "value"]], "files": [], "left_out": [], "session": {}}
    late = LateForm.objects.create(
        account=agent, path="/cases/", content=content, sent_at=now, expires_at=now + timedelta(days=1)
    )
    FailedAttempt.objects.create(key=token(), failures=1, last_at=now, wait_until=now)
    ResetLink.objects.create(account=agent, made_at=now, expires_at=now + timedelta(hours=1))
    month = clock.today() + timedelta(days=30)
    identity.enter_absence(actor=identity.actor_of(approver), first_on=month, last_on=month)
    identity.record_denied(identity.actor_of(approver), "case", "guessed")
    closing = Department.objects.working().filter(parent__isnull=False).in_order()[0]
    decision = {"reason": "云机编〔2026〕3号", "proposed_at": now}
    Dissolution.objects.create(department=closing, successor=closing.parent, **decision)
    city.name(
        department=closing.key,
        late_form=late.uid,
        account=approver.uid,
        position=Position.objects.of(approver.pk).first().uid,
        token=Token.objects.get(account=city.system).uid,
        login_session=LoginSession.objects.filter(account=agent).first().uid,
    )


def many(city: SampleCity, number: int) -> None:
    citizen, now = city.cast.accounts["citizen"], clock.now()
    called = {"login": lambda _n: f"someone-{token(12)}", "name": lambda n: f"周{n:05}"}
    accounts = copies(citizen, number, **called)
    own = {"account_id": lambda n: accounts[n].pk}
    copies(Position.objects.all()[0], number, **own, ended_at=now)
    copies(Token.objects.get(account=city.system, title="法"), number, title="又一个")
    session = LoginSession(session_data="", expire_date=now + timedelta(days=1), started_at=now, seen_at=now)
    copies(session, number, **own, session_key=lambda _n: token())
    late = LateForm(path="/cases/", content={}, sent_at=now, expires_at=now + timedelta(days=1))
    copies(late, number, **own)


sample = Sample(
    make=make,
    many=many,
    # The attempts and links are found by their keys alone, in no list.
    small=(Absence, Department, Dissolution, Role, FailedAttempt, ResetLink, DeniedAccess),
    owned={"identity/sign-ins/<uuid:uid>/end/": "login_session"},
    posted=("identity/sign-ins/<uuid:uid>/end/",),
    personal=("identity/sign-ins/<uuid:uid>/end/",),
    office={
        "desk/identity/departments/<slug:key>/": "department",
        "desk/identity/departments/<slug:key>/confirm/": "department",
        "desk/identity/departments/<slug:key>/dissolve/": "department",
        "desk/identity/departments/<slug:key>/withdraw/": "department",
        "desk/identity/<uuid:uid>/": "account",
        "desk/identity/<uuid:uid>/appoint/": "account",
        "desk/identity/<uuid:uid>/close/": "account",
        "desk/identity/<uuid:uid>/link/": "account",
        "desk/identity/<uuid:uid>/positions/<uuid:position>/confirm/": "account position",
        "desk/identity/<uuid:uid>/positions/<uuid:position>/end/": "account position",
        "desk/identity/keys/<uuid:uid>/revoke/": "token",
    },
    common={"identity/reset/<str:token>/": "guessed", "identity/saved-forms/<uuid:uid>/": "late_form"},
    lists={"official": lambda city: ["/desk/identity/?q=周0012"]},
    # They offer everybody who works in one's departments.
    whole=tuple(f"/desk/identity/deputy/{page}" for page in ("", "delegate/", "leave/")),
    shown=(
        Shown(
            Account,
            duties=("identity.manage",),
            doors=(
                Door("official", ("/desk/identity/",), r"/desk/identity/([0-9a-f-]{36})/", duties=("identity.manage",)),
                Door("official", ("/desk/identity/{}/",), duties=("identity.manage",)),
                Door(
                    "official",
                    ("/desk/identity/?q={}",),
                    r"/desk/identity/([0-9a-f-]{36})/",
                    found_by=lambda account: (account.login, account.name),
                    duties=("identity.manage",),
                ),
            ),
        ),
    ),
)
