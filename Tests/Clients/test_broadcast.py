"""Broadcasts: both framings byte for byte, acknowledgements, and the HTTP doors."""

import httpx
import pytest

from sockets import Frame

HELLO = {"type": "broadcast", "event": "hello", "payload": {"n": 1}}


def push(join_ref: str, ref: str, topic: str, event: str, payload: bytes, encoding: int = 1) -> bytes:
    """A kind-3 frame."""
    parts = [part.encode() for part in (join_ref, ref, topic, event)]
    return bytes([3, *map(len, parts), 0, encoding]) + b"".join(parts) + payload


async def join(sockets, broker, vsn: str = "2.0.0", name: str = "smoke", **broadcast):
    return await (await sockets(broker, broker.anon, vsn=vsn)).join(name, broadcast=broadcast)


async def test_a_binary_push_is_acknowledged_and_echoed_byte_for_byte(broker, sockets):
    channel = await join(sockets, broker, ack=True, self=True)
    old = await join(sockets, broker, "1.0.0")
    sent = push("1", "7", "realtime:smoke", "hello", b'{"n":1}')
    assert sent.hex() == "0301010e050001" + b"17realtime:smokehello".hex() + b'{"n":1}'.hex()
    await channel.socket.connection.send(sent)
    (echo,) = await channel.socket.binary.count(1)
    assert echo.hex() == "040e050001" + b"realtime:smokehello".hex() + b'{"n":1}'.hex()
    reply = await channel.socket.frames.first(lambda frame: frame.ref == "7")
    assert reply == Frame("1", "7", "realtime:smoke", "phx_reply", {"status": "ok", "response": {}})
    frame = await old.frame("broadcast")
    assert frame == Frame(None, None, "realtime:smoke", "broadcast", HELLO)


async def test_a_text_push_is_relayed_verbatim(broker, sockets):
    old = await join(sockets, broker, "1.0.0", ack=True, self=True)
    new = await join(sockets, broker)
    message = HELLO | {"extra": [1, None, "é"]}
    reply = await old.call("broadcast", message)
    assert reply == {"status": "ok", "response": {}}
    assert (await old.frame("broadcast")).payload == message
    assert await new.frame("broadcast") == Frame(None, None, "realtime:smoke", "broadcast", message)
    assert new.socket.binary == []


async def test_raw_bytes_reach_the_new_and_not_the_old(broker, sockets):
    old = await join(sockets, broker, "1.0.0", name="two")
    channel = await join(sockets, broker, name="two", self=True)
    await channel.socket.connection.send(push("1", "10", "realtime:two", "bin", b"\x09\x08\x07", encoding=0))
    (echo,) = await channel.socket.binary.count(1)
    assert echo == bytes.fromhex("040c030000") + b"realtime:twobin" + b"\x09\x08\x07"
    await channel.push("broadcast", HELLO)
    assert (await old.frame("broadcast")).payload == HELLO
    assert [frame.event for frame in old.socket.frames].count("broadcast") == 1


async def test_without_self_and_ack_the_sender_hears_nothing(broker, sockets):
    sender, other = await join(sockets, broker), await join(sockets, broker)
    await sender.push("broadcast", HELLO)
    await other.frame("broadcast")
    await sender.socket.heartbeat()
    assert [frame.event for frame in sender.socket.frames] == ["phx_reply", "phx_reply"]


async def test_other_topics_and_private_channels_of_the_same_name_hear_nothing(broker, sockets):
    sender, other = await join(sockets, broker, name="a"), await join(sockets, broker, name="b")
    same = await join(sockets, broker, name="a")
    await sender.push("broadcast", HELLO)
    await same.frame("broadcast")
    await other.socket.heartbeat()
    assert "broadcast" not in [frame.event for frame in other.socket.frames]


async def test_messages_of_one_sender_arrive_in_order(broker, sockets):
    sender, other = await join(sockets, broker, name="order"), await join(sockets, broker, name="order")
    for n in range(300):
        await sender.push("broadcast", HELLO | {"payload": {"n": n}})
    await other.socket.frames.until(lambda frames: sum(frame.event == "broadcast" for frame in frames) == 300)
    assert [frame.payload["payload"]["n"] for frame in other.socket.frames if frame.event == "broadcast"] == list(range(300))


async def test_a_broadcast_over_the_limit_is_refused_with_an_object(own_broker, sockets):
    broker = own_broker(limits__broadcastBytes=1000)
    channel = await join(sockets, broker, ack=True)
    reply = await channel.call("broadcast", HELLO | {"payload": {"x": "y" * 5000}})
    assert reply == {"status": "error", "response": {"reason": "payload_size_exceeded"}}
    assert (await channel.call("broadcast", HELLO))["status"] == "ok"


# Over HTTP


@pytest.fixture
def http(broker):
    with httpx.Client(base_url=f"{broker.url}/realtime/v1/api", headers={"apikey": broker.anon}, timeout=30, trust_env=False) as client:
        yield client


async def test_a_posted_broadcast_reaches_both_versions(broker, sockets, http):
    channels = [await join(sockets, broker, vsn, name="posted") for vsn in ("1.0.0", "2.0.0")]
    reply = http.post("/broadcast", json={"messages": [{"topic": "posted", "event": "hello", "payload": {"n": 1}}]})
    assert (reply.status_code, reply.content) == (202, b"")
    for channel in channels:
        assert (await channel.frame("broadcast")).payload == HELLO


async def test_a_broadcast_posted_to_its_own_address_reaches_the_channel(broker, sockets, http):
    channel = await join(sockets, broker, "1.0.0", name="a b/é")
    assert http.post("/broadcast/a%20b%2F%C3%A9/events/hello", json={"n": 1}).status_code == 202
    assert (await channel.frame("broadcast")).payload == HELLO


def test_a_posted_broadcast_without_a_key_is_unauthorized(broker):
    reply = httpx.post(f"{broker.url}/realtime/v1/api/broadcast", json={"messages": []}, trust_env=False)
    assert (reply.status_code, reply.json()) == (401, {"message": "Unauthorized"})


def test_a_posted_broadcast_names_what_is_missing_in_each_message(http):
    good = {"topic": "t", "event": "e", "payload": {}}
    reply = http.post("/broadcast", json={"messages": [{"topic": "t"}, good]})
    missing = {"payload": ["can't be blank"], "event": ["can't be blank"]}
    assert (reply.status_code, reply.json()) == (422, {"errors": {"messages": [missing, {}]}})


def test_a_broadcast_of_another_media_type_is_refused(http):
    reply = http.post("/broadcast/t/events/e", content=b"x", headers={"Content-Type": "text/plain"})
    assert reply.status_code == 415
    assert reply.json() == {"error": "Unsupported Media Type. Use application/json or application/octet-stream"}
