"""CAP 1.2 in and out: what is read, what is refused, what goes out and when."""

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

import pytest

from tongban.applications.emergency import services as emergency
from tongban.applications.emergency.models import EmergencyLogEntry, EmergencyWarning
from tongban.applications.emergency.rules import cap
from tongban.applications.emergency.tests.conftest import HERE, report
from tongban.infrastructure.kernel import clock
from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.refusals import Invalid, NotAllowed

NOON = datetime(2026, 6, 1, 4, tzinfo=UTC)
SPACE = f"{{{cap.NAMESPACE}}}"
# Order of the elements in the schema of CAP 1.2.
ALERT = "identifier sender sent status msgType source scope restriction addresses code note references incidents info"
INFO = (
    "language category event responseType urgency severity certainty audience eventCode effective onset expires "
    "senderName headline description instruction web contact parameter resource area"
)


def said(**changes) -> cap.CapAlert:
    """A warning of heavy rain by another office."""
    usual = {
        "identifier": "99010041600000_20260601120000_0",
        "sender": "weather@yunze.example",
        "sent": NOON,
        "status": "Actual",
        "message": "Alert",
        "category": "Met",
        "event": "暴雨",
        "headline": "暴雨橙色预警",
        "description": "预计未来3小时降雨量将达50毫米以上。",
        "instruction": "请减少外出。",
        "colour": "orange",
        "urgency": "Expected",
        "certainty": "Likely",
        "expires": NOON + timedelta(hours=6),
        "areas": (cap.CapArea("临湖区", ("990102",), (30.57, 104.07, 5.0)),),
    }
    return cap.CapAlert(**(usual | changes))


def xml(**changes) -> bytes:
    return cap.written(said(**changes)).encode()


def words(**changes) -> emergency.WarningWords:
    usual = {
        "kind": "flood",
        "colour": "orange",
        "headline": "城市内涝橙色预警",
        "description": "安平路一带积水加深。",
        "instruction": "请绕行。",
        "hours": 6,
        "areas": ("990102",),
    }
    return emergency.WarningWords(**(usual | changes))


@pytest.fixture
def published(city, centre) -> EmergencyWarning:
    first = city.actor("first")
    proposed = emergency.propose_warning(actor=first, department=centre, words=words())
    return emergency.publish_warning(actor=first, warning=proposed)


def test_what_is_written_is_read_again():
    read = cap.read(xml())
    assert (read.identifier, read.colour, read.severity) == (said().identifier, "orange", "Severe")
    assert (read.sent, read.expires, read.areas) == (NOON, said().expires, said().areas)


@pytest.mark.parametrize("message", ["Alert", "Update"])
def test_elements_stand_in_the_order_of_the_schema(message):
    references = (cap.CapReference("weather@yunze.example", "earlier", NOON),) if message == "Update" else ()
    root = ElementTree.fromstring(xml(message=message, references=references))
    for element, order in ((root, ALERT.split()), (root.find(f"{SPACE}info"), INFO.split())):
        places = [order.index(child.tag.removeprefix(SPACE)) for child in element]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"<alert", b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert', "entities"),
        (b"</alert>", b"", "xml"),
        (cap.NAMESPACE.encode(), b"urn:other", "kind"),
        (b"<status>Actual", b"<status>Real", "status"),
        (b"<urgency>Expected</urgency>", b"", "urgency"),
        (b"<msgType>Alert", b"<msgType>Update", "references"),
        (b"T04:00:00-00:00</sent>", b"T04:00:00</sent>", "sent"),
        (b"99010041600000_20260601120000_0", b"a b", "identifier"),
        (b"30.570000,104.070000 5", b"95,104 5", "circle"),
    ],
)
def test_what_is_no_cap_is_refused_with_its_reason(before, after, why):
    body = xml()
    assert before in body
    with pytest.raises(cap.BrokenCap) as broken:
        cap.read(body.replace(before, after, 1))
    assert broken.value.why == why


def test_an_identifier_has_the_31_characters_of_the_standard():
    found = cap.identifier(area="110000", organ="41600000", sent=datetime(2026, 7, 15, 8, 30), number=0)  # noqa: DTZ001
    assert found == "11000041600000_20260715083000_0"
    assert len(found) == 31


def test_what_is_published_stands_in_the_feed_and_as_it_was_sent(client, city, published):
    feed = client.get("/cap/feed").content.decode()
    assert published.identifier in feed
    answer = client.get(f"/cap/{published.identifier}.xml")

    assert answer["Content-Type"].startswith("application/cap+xml")
    read = cap.read(answer.content)
    assert (read.headline, read.colour, read.status, read.areas[0].codes) == (
        "城市内涝橙色预警",
        "orange",
        "Actual",
        ("990102",),
    )
    assert "城市内涝橙色预警" in client.get("/emergency/").content.decode()


def test_an_update_and_a_lifting_refer_to_what_they_end(client, city, centre, published):
    first = city.actor("first")
    update = emergency.propose_warning(
        actor=first, department=centre, words=words(colour="red", headline="城市内涝红色预警"), replaces=published
    )
    assert published.identifier in client.get("/cap/feed").content.decode()
    update = emergency.publish_warning(actor=first, warning=update)
    lifted = emergency.lift_warning(actor=first, warning=update, reason="积水已排除。")

    assert [one.identifier for one in cap.read(update.xml.encode()).references] == [published.identifier]
    assert [one.identifier for one in cap.read(lifted.xml.encode()).references] == [update.identifier]
    feed = client.get("/cap/feed").content.decode()
    assert lifted.identifier in feed
    assert update.identifier not in feed
    assert "城市内涝" not in client.get("/emergency/").content.decode()
    with pytest.raises(emergency.WarningOver):
        emergency.lift_warning(actor=first, warning=published, reason="再解除。")
    with pytest.raises(emergency.WarningOver):
        emergency.propose_warning(actor=first, department=centre, words=words(), replaces=published)


def test_a_warning_of_a_drill_stays_in_the_house(client, city, centre):
    first = city.actor("first")
    drill = emergency.take_call(actor=first, department=centre, report=report(drill=True)).incident
    made = emergency.propose_warning(actor=first, department=centre, words=words(), incident=drill)
    made = emergency.publish_warning(actor=first, warning=made)

    assert cap.read(made.xml.encode()).status == "Exercise"
    assert made.identifier not in client.get("/cap/feed").content.decode()
    assert client.get(f"/cap/{made.identifier}.xml").status_code == 404
    assert made.headline not in client.get("/emergency/").content.decode()


@pytest.mark.parametrize("missing", ["headline", "description", "instruction", "colour", "areas", "hours"])
def test_a_warning_says_what_the_law_asks_for(city, centre, missing):
    empty = {"areas": (), "hours": 0}.get(missing, "")
    with pytest.raises(Invalid) as refused:
        emergency.propose_warning(actor=city.actor("first"), department=centre, words=words(**{missing: empty}))
    assert set(refused.value.errors) == {missing}


def test_only_who_may_warn_publishes(city, centre, published):
    with pytest.raises(NotAllowed):
        emergency.propose_warning(actor=city.actor("taker"), department=centre, words=words())
    with pytest.raises(emergency.WarningOut):
        emergency.publish_warning(actor=city.actor("second"), warning=published)


def test_what_another_office_warns_of_becomes_an_incident_once_and_its_updates_go_on_its_record(city, centre):
    taker = city.actor("taker")
    with clock.at(NOON):
        warning = emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
        incident = emergency.answer_warning(actor=taker, warning=warning, kind="flood")
        again = emergency.answer_warning(actor=taker, warning=warning, kind="flood")

        assert (incident.pk, incident.source, incident.latitude) == (again.pk, "cap", 30.57)
        references = (cap.CapReference("weather@yunze.example", warning.identifier, NOON),)
        update = xml(identifier="99010041600000_20260601130000_1", message="Update", references=references)
        updated = emergency.receive_cap(actor=SYSTEM, department=centre, body=update)
    assert updated.incident == incident
    assert "暴雨橙色预警" in EmergencyLogEntry.objects.newest_of(incident, 1)[0].words


def test_only_a_warning_of_another_office_that_holds_is_answered(city, centre, published):
    taker = city.actor("taker")
    with pytest.raises(emergency.NoWarningToAnswer):
        emergency.answer_warning(actor=taker, warning=published, kind="flood")
    with clock.at(NOON + timedelta(hours=7)):
        late = emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
        with pytest.raises(emergency.NoWarningToAnswer):
            emergency.answer_warning(actor=taker, warning=late, kind="flood")


def test_a_message_of_another_office_is_taken_once_and_ended_by_its_cancel(city, centre):
    first = emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
    again = emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
    reference = cap.CapReference(first.sender, first.identifier, NOON)
    cancel = {"message": "Cancel", "identifier": "c", "references": (reference,), "sent": NOON + timedelta(hours=1)}
    emergency.receive_cap(actor=SYSTEM, department=centre, body=xml(**cancel))

    assert first.pk == again.pk
    first.refresh_from_db()
    assert (first.colour, bool(first.ended_at), EmergencyWarning.objects.count()) == ("orange", True, 2)


@pytest.mark.parametrize(
    "changes",
    [
        {"identifier": "unknown"},
        {"sender": "someone@else.example"},
        {"sent": NOON - timedelta(minutes=1)},
    ],
)
def test_a_reference_to_what_never_came_is_refused(city, centre, changes):
    emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
    reference = cap.CapReference(**({"sender": said().sender, "identifier": said().identifier, "sent": NOON} | changes))
    body = xml(message="Cancel", identifier="c", references=(reference,), sent=NOON + timedelta(hours=1))

    with pytest.raises(emergency.UnknownReference):
        emergency.receive_cap(actor=SYSTEM, department=centre, body=body)


def test_another_message_under_a_known_identifier_is_refused(city, centre):
    emergency.receive_cap(actor=SYSTEM, department=centre, body=xml())
    with pytest.raises(emergency.IdentifierTaken):
        emergency.receive_cap(actor=SYSTEM, department=centre, body=xml(headline="别的预警"))


def test_a_warning_can_be_for_a_circle(city, centre):
    first = city.actor("first")
    made = emergency.propose_warning(actor=first, department=centre, words=words(areas=(), circle=(*HERE, 1.0)))
    read = cap.read(emergency.publish_warning(actor=first, warning=made).xml.encode())
    assert read.areas[0].circle == (*HERE, 1.0)
