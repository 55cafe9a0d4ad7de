"""SensorThings by MQTT with a foreign client: durable before acknowledged, sent out to whoever listens, reconnects."""

import asyncio
import json
from contextlib import asynccontextmanager

import aiomqtt
import pytest
from amqtt.broker import Broker

from tests.running import free_port
from tongban.infrastructure.kernel.memo import forget_all
from tongban.platform.sensing.adapters import listening, mqtt
from tongban.platform.sensing.models import Observation, RawFrame
from tongban.platform.sensing.tests.conftest import peopled
from tongban.platform.sensing.tests.gauges import gauge, level_of
from tongban.platform.sensing.tests.test_messages import key_of, topic

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stream():
    forget_all()  # numbers begin anew with each of these tests
    peopled()
    return level_of(gauge())


@pytest.fixture
def keys(stream):
    reader = key_of("reader-1", "fire-rescue", "sensing.read")
    return key_of("gateway-1", "fire-rescue", "sensing.observe"), reader, key_of("o", "health", "sensing.observe")


@asynccontextmanager
async def broker(port):
    stopping, ready = asyncio.Event(), asyncio.Event()
    serving = asyncio.create_task(mqtt.serve(f"127.0.0.1:{port}", stopping, ready.set))
    try:
        await asyncio.wait_for(ready.wait(), 10)
        yield
    finally:
        stopping.set()
        await serving


def client(port, key, **said):
    return aiomqtt.Client("127.0.0.1", port, username="x", password=key, **{"timeout": 20, **said})


def message(**said):
    return json.dumps({"phenomenonTime": "2026-07-01T03:00:00Z", **said})


def test_what_is_acknowledged_is_durable_and_goes_out_to_who_listens(stream, keys):
    sender, reader, _other = keys
    port = free_port()

    async def story():
        async with broker(port), client(port, reader) as listener, client(port, sender) as gateway:
            await listener.subscribe(topic(stream), qos=1)
            sent = [message(**{"result": number, "@iot.key": f"m{number}"}) for number in range(20)]
            await asyncio.gather(*(gateway.publish(topic(stream), one, qos=1) for one in sent))
            durable = await asyncio.to_thread(Observation.objects.count)
            await gateway.publish(topic(stream), sent[3], qos=2)
            heard = [json.loads((await anext(aiter(listener.messages))).payload) for _turn in range(20)]
        return durable, heard

    durable, heard = asyncio.run(story())
    assert durable == 20
    assert Observation.objects.count() == 20
    assert sorted(one["result"] for one in heard) == list(range(20))
    assert all(one["@iot.selfLink"].endswith(f"({one['@iot.id']})") for one in heard)


def test_who_may_not_is_let_go_and_nothing_is_kept(stream, keys):
    _sender, reader, other = keys
    port = free_port()

    async def story():
        async with broker(port):
            with pytest.raises(aiomqtt.MqttError):
                async with client(port, "tb_none"):
                    pass
            with pytest.raises(aiomqtt.MqttError):
                async with client(port, other, timeout=3) as stranger:
                    await stranger.publish(topic(stream), message(result=1), qos=1)
            async with client(port, reader) as listener:
                (granted,) = await listener.subscribe("v1.1/#", qos=1)
                assert granted.is_failure

    asyncio.run(story())
    assert not Observation.objects.exists()
    assert not RawFrame.objects.exists()


def test_who_was_away_hears_what_came_meanwhile(stream, keys):
    sender, reader, _other = keys
    port = free_port()

    async def story():
        lasting = {"identifier": "display-1", "clean_session": False}
        async with broker(port):
            async with client(port, reader, **lasting) as listener:
                await listener.subscribe(topic(stream), qos=1)
            async with client(port, sender) as gateway:
                await gateway.publish(topic(stream), message(result=7.5), qos=1)
            await asyncio.sleep(2 * mqtt.NEWS_SECONDS)
            async with client(port, reader, **lasting) as listener:
                return json.loads((await anext(aiter(listener.messages))).payload)["result"]

    assert asyncio.run(story()) == 7.5


def test_readings_of_another_broker_are_taken_in_and_it_may_go_away(stream, keys):
    port = free_port()
    plain = {
        "listeners": {"default": {"type": "tcp", "bind": f"127.0.0.1:{port}"}},
        "plugins": {"amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}},
    }

    async def told(number):
        async with asyncio.timeout(20):
            while await asyncio.to_thread(Observation.objects.count) < number:
                await asyncio.sleep(0.1)

    async def send(value):
        async with aiomqtt.Client("127.0.0.1", port, identifier="device") as device:
            await device.publish(topic(stream), message(result=value), qos=1)

    async def story():
        stopping = asyncio.Event()
        address = listening.BrokerAddress.of(f"mqtt://127.0.0.1:{port}")
        hearing = asyncio.create_task(listening.listen(address, keys[0], stopping))
        for value in (1.5, 2.5):  # it is not there yet, it comes, it goes, it comes again
            other = Broker(plain)
            await other.start()
            async with asyncio.timeout(30):
                while not other.subscriptions:
                    await asyncio.sleep(0.1)
            await send(value)
            await told(1 if value == 1.5 else 2)
            await other.shutdown()
        stopping.set()
        await hearing

    asyncio.run(story())
    assert sorted(Observation.objects.values_list("value", flat=True)) == [1.5, 2.5]


def test_an_address_of_a_broker_is_read():
    found = listening.BrokerAddress.of("mqtts://u%40v:p@mq.example")
    assert found == ("mq.example", 8883, "u@v", "p", True)
    with pytest.raises(ValueError, match="mqtt://"):
        listening.BrokerAddress.of("http://mq.example")
