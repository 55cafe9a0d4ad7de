"""The MQTT extension of SensorThings, without a broker: what messages become, and what goes out."""

import json

import pytest

from tongban.infrastructure.kernel.actors import SYSTEM
from tongban.infrastructure.kernel.memo import forget_all
from tongban.platform.identity import services as identity
from tongban.platform.identity.models import Department, Token
from tongban.platform.sensing import services as sensing
from tongban.platform.sensing.models import Observation, RawFrame
from tongban.platform.sensing.sensorthings import messages
from tongban.platform.sensing.sensorthings.messages import SentMessage, WatchedTopic
from tongban.platform.sensing.tests.gauges import gauge, level_of

AT = "2026-07-01T03:00:00Z"


def key_of(name, department, *duties):
    account = identity.open_account(actor=SYSTEM, login=name, name=name, kind="client")
    role = identity.define_role(actor=SYSTEM, key=f"{name}-role", name=name, duties=duties)
    place = Department.objects.get(key=department)
    identity.appoint(actor=SYSTEM, account=account, department=place, role=role)
    return identity.make_token(actor=SYSTEM, account=account, title=name, duties=duties)[1]


@pytest.fixture
def stream(city):
    return level_of(gauge())


@pytest.fixture
def sender(city):
    return key_of("gateway-1", "fire-rescue", "sensing.observe")


@pytest.fixture
def reader(city):
    return key_of("reader-1", "fire-rescue", "sensing.read")


def topic(stream):
    return f"v1.1/Datastreams({stream.pk})/Observations"


def sent(key, stream, **said):
    return SentMessage(key, topic(stream), json.dumps({"result": 1.5, "phenomenonTime": AT, **said}).encode())


def test_messages_become_observations_once(stream, sender):
    one, keyed = sent(sender, stream), sent(sender, stream, **{"@iot.key": "m-7"})
    first = messages.take_in([one, keyed])
    again = messages.take_in([one, keyed])
    assert [taken.fresh for taken in (*first, *again)] == [True, True, False, False]
    assert sorted(Observation.objects.of_stream(stream).values_list("value", flat=True)) == [1.5, 1.5]


def test_what_cannot_be_read_is_kept_and_costs_only_itself(stream, sender):
    broken = SentMessage(sender, topic(stream), b'{"result": ')
    told = messages.take_in([sent(sender, stream), broken, sent(sender, stream, phenomenonTime="never")])
    assert [(one.fresh, bool(one.problem)) for one in told] == [(True, False), (False, True), (False, True)]
    first, second = RawFrame.objects.order_by("pk")
    assert (first.protocol, first.outcome, bytes(first.body)) == ("sta-mqtt", "refused", broken.body)
    assert second.problem
    assert sensing.replay(actor=SYSTEM, frame=first).problem


@pytest.mark.parametrize("who", ["other", "reader", "nobody"])
def test_nobody_sends_where_their_duty_does_not_reach(stream, who):
    duties = {"other": ("health", "sensing.observe"), "reader": ("fire-rescue", "sensing.read")}
    key = key_of(who, *duties[who]) if who in duties else "tb_none"
    (told,) = messages.take_in([sent(key, stream)])
    assert not told.allowed
    assert not Observation.objects.exists()
    assert not RawFrame.objects.exists()


def test_topics_are_those_of_the_standard_and_those_one_sees(stream, sender, reader):
    other = key_of("other-reader", "health", "sensing.read")
    seen = (f"v1.1/Things({stream.thing_id})", f"v1.1/Datastreams({stream.pk})/name")
    for text in (topic(stream), "v1.1/Observations", *seen):
        assert messages.may_listen(reader, text)
    for text in ("v1.1/#", "v1.1/+/Observations", "$SYS/broker", "v1.1/Nothing", "v1.1/Things(987654)", ""):
        assert not messages.may_listen(reader, text)
    assert not messages.may_listen(other, topic(stream))
    assert not messages.may_listen("tb_none", "v1.1/Observations")


def test_news_is_what_came_since_and_nothing_twice(stream, sender, reader):
    messages.take_in([sent(sender, stream)])
    watched = [WatchedTopic.begin(reader, text) for text in (topic(stream), "v1.1/Observations?$select=result")]
    strange = WatchedTopic.begin(key_of("other-reader", "health", "sensing.read"), "v1.1/Observations")
    messages.take_in([sent(sender, stream, result=2), sent(sender, stream, result=3)])
    whole, selected = (one.news() for one in watched)
    assert [json.loads(text)["result"] for text in whole] == [2, 3]
    assert [json.loads(text) for text in selected] == [{"result": 2}, {"result": 3}]
    assert [one.news() for one in (*watched, strange)] == [[], [], []]


def test_one_entity_goes_out_when_it_changes(stream, reader):
    watched = WatchedTopic.begin(reader, f"v1.1/Things({stream.thing_id})")
    thing = stream.thing
    assert watched.news() == []
    sensing.register_thing(
        actor=SYSTEM, key=thing.key, name="改名的水位站", department=thing.department, kind=thing.kind, area=thing.area
    )
    assert json.loads(watched.news()[0])["name"] == "改名的水位站"
    assert watched.news() == []


def test_a_key_that_was_taken_back_sends_nothing_more(stream, sender):
    assert messages.take_in([sent(sender, stream)])[0].allowed
    identity.revoke_token(actor=SYSTEM, uid=Token.objects.get(account__login="gateway-1").uid)
    forget_all()
    (told,) = messages.take_in([sent(sender, stream, result=9)])
    assert not told.allowed
