"""What the laws need to know of requests."""

from tests.copies import copies, earlier, spread_over, token
from tests.sample_city import AREAS, SampleCity
from tests.samples import Door, Sample, Shown
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM, Actor
from tongban.platform.identity.models import Department
from tongban.platform.parties.models import Party
from tongban.platform.requests import services as requests
from tongban.platform.requests.models import PublicRequest, RequestAction, RequestFile, RequestSupport
from tongban.platform.requests.tests.pictures import photograph


def make(city: SampleCity) -> None:
    """The owner asked two things: one was answered, one is handled; somebody supports the answered one."""
    office = Department.objects.get(key="government-services")
    bureau = Department.objects.get(key="market-regulation")
    made = []
    for words in ("店外摆放货物挡住人行道。", "窗口几点下班？"):
        order = requests.RequestOrder(
            office=office, kind="complaint", words=words, place=requests.RequestPlace(area="990102"), public=False
        )
        made.append(requests.receive(actor=city.owner, order=order, photos=[photograph()]).request)
    for request in made:
        requests.assign(actor=SYSTEM, request=request, department=bureau)
    requests.begin(actor=SYSTEM, request=made[0])
    requests.answer(actor=SYSTEM, request=made[1], words="工作日下午五点半。")
    RequestSupport.objects.create(
        request=made[1], party=city.cast.people["citizen"], supports=True, follows=True, since=clock.now()
    )
    city.name(
        request=made[0].uid,
        request_answered=made[1].uid,
        request_photo=RequestFile.objects.of(made[0])[0].document.uid,
        request_photo_answered=RequestFile.objects.of(made[1])[0].document.uid,
    )


def many(city: SampleCity, number: int) -> None:
    request, answered = (PublicRequest.objects.get(uid=city.ids[name]) for name in ("request", "request_answered"))
    spread = {
        "party_id": lambda n: city.companies[n % 2].pk,
        "area": lambda n: AREAS[n % 3],
        "office_id": spread_over(request.office_id, every=3),
        "department_id": spread_over(request.department_id, every=6),
        "received_at": earlier(request.received_at),
        "said_at": earlier(request.received_at),
        "number": lambda _n: token(18),
    }
    made = copies(request, number, **spread, due_on=earlier(request.due_on))
    copies(answered, number, **spread, state="closed", ended_at=earlier(request.received_at))
    for model in (RequestAction, RequestFile):
        row = model.objects.filter(request=request).first()
        copies(row, len(made), request_id=lambda n: made[n].pk)
    support = RequestSupport.objects.get(request=answered)
    copies(support, len(made), request_id=lambda n: made[n].pk)


def reached(actor: Actor, row: PublicRequest) -> bool:
    """Say whether an official reaches a request: by their office, or by the department that handles it."""
    return any(
        (grant.duty == "requests.receive" and grant.covers(row.office_id, row.area))
        or (
            grant.duty == "requests.handle"
            and (row.department_id is not None or grant.departments is None)
            and grant.covers(row.department_id, row.area)
        )
        for grant in actor.grants
    )


def owned(actor: Actor, party: Party, services: tuple[str, ...]):
    return PublicRequest.objects.none() if services else PublicRequest.objects.filter(party=party)


KEY = r"requests/([0-9a-f-]{36})/"
sample = Sample(
    make=make,
    many=many,
    owned={
        "requests/<uuid:uid>/": "request",
        "requests/<uuid:uid>/rate/": "request_answered",
        "requests/<uuid:uid>/reopen/": "request_answered",
        "requests/<uuid:uid>/withdraw/": "request",
        "requests/<uuid:uid>/support/": "request",
        "requests/<uuid:uid>/photos/<uuid:document>/": "request request_photo",
    },
    posted=("requests/<uuid:uid>/support/",),
    office={
        "desk/requests/<uuid:uid>/": "request",
        "desk/requests/<uuid:uid>/contact/": "request",
        "desk/requests/<uuid:uid>/publish/": "request",
        "desk/requests/<uuid:uid>/photos/<uuid:document>/": "request request_photo",
        "desk/requests/<uuid:uid>/steps/<slug:step>/": "request answer",
    },
    lists={
        "owner": lambda city: ["/requests/?followed=1"],
        "official": lambda city: [
            "/desk/requests/?ended=1",
            "/desk/requests/reception/?ended=1",
        ],
    },
    shown=(
        Shown(
            PublicRequest,
            duties=("requests.receive", "requests.handle"),
            spread=(PublicRequest,),
            reaches=reached,
            owns=owned,
            doors=(
                Door(
                    "official",
                    ("/desk/requests/", "/desk/requests/?ended=1"),
                    rf"/desk/{KEY}",
                    duties=("requests.handle",),
                    only=lambda rows, reader: rows.filter(reader.within("requests.handle"), department__isnull=False),
                ),
                Door(
                    "official",
                    ("/desk/requests/reception/", "/desk/requests/reception/?ended=1"),
                    rf"/desk/{KEY}",
                    duties=("requests.receive",),
                    only=lambda rows, reader: rows.filter(reader.within("requests.receive", department="office")),
                ),
                Door("official", ("/desk/requests/{}/",), duties=("requests.receive", "requests.handle")),
                Door("person", ("/requests/",), rf'"/{KEY}'),
                # The page itself shows everybody what is public; what only they do leads to theirs alone.
                Door("person", ("/requests/{}/withdraw/",)),
            ),
        ),
    ),
)
