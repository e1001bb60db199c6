"""Doors and limits: who is let in, who is refused, with which words."""

import http.client
import json
import socket as system
import time

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from sockets import UPLOADS
from tokens import sign

PATH = "/realtime/v1/websocket"


async def refusal(url: str, **options):
    """The answer to an upgrade that is refused."""
    with pytest.raises(InvalidStatus) as caught:
        await connect(url, compression=None, proxy=None, **options)
    return caught.value.response


@pytest.mark.parametrize("key, message", [
    (lambda broker: None, "API key is missing"),
    (lambda broker: broker.user(seconds=-60).token, "Token has expired"),
    (lambda broker: "nonsense", "The token provided is not a valid JWT"),
    (lambda broker: sign("another secret " * 4, {"role": "anon", "exp": int(time.time()) + 60}), "Failed to validate JWT signature"),
    (lambda broker: sign(broker.secret, {"role": "anon"}), "Fields `role` and `exp` are required in JWT"),
    (lambda broker: sign(broker.secret, {"exp": int(time.time()) + 60}), "Fields `role` and `exp` are required in JWT"),
])
async def test_a_bad_key_is_refused_with_its_reason(broker, key, message):
    response = await refusal(broker.socket_url(key(broker)))
    assert (response.status_code, response.headers["content-type"]) == (401, "application/json; charset=utf-8")
    assert json.loads(response.body) == {"error": message}


async def test_an_unsigned_token_is_refused(broker):
    token = sign(broker.secret, {"role": "service_role", "exp": int(time.time()) + 60}, "none")
    assert (await refusal(broker.socket_url(token))).status_code == 401


async def test_an_unknown_version_is_refused_without_a_body(broker):
    response = await refusal(broker.socket_url(broker.anon, "3.0.0"))
    assert (response.status_code, bytes(response.body or b"")) == (403, b"")


async def test_the_header_wins_over_the_query_and_no_version_means_the_first(broker, sockets):
    url = broker.socket_url("nonsense", vsn=None)
    async with connect(url, compression=None, proxy=None, additional_headers={"x-api-key": broker.anon}) as connection:
        await connection.send('{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"1"}')
        assert (await connection.recv()).startswith("{")


async def test_the_inner_path_is_open_too(broker):
    url = broker.socket_url(broker.anon).replace("/realtime/v1/websocket", "/socket/websocket")
    async with connect(url, compression=None, proxy=None) as connection:
        assert connection.response.status_code == 101


def answer(broker, *lines: str) -> tuple[int, bytes]:
    """Status and body of a hand-written request; (0, b"") when the broker just closes."""
    host, port = broker.listen.rsplit(":", 1)
    with system.create_connection((host, int(port)), timeout=15) as wire:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        response = http.client.HTTPResponse(wire)
        try:
            response.begin()
            return response.status, response.read()
        except (http.client.BadStatusLine, ConnectionError):
            return 0, b""


UPGRADE = ["Host: x", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="]


@pytest.mark.parametrize("lines, statuses", [
    ([f"GET {PATH}?apikey=KEY HTTP/1.1", *UPGRADE, "Upgrade: websocket", "Sec-WebSocket-Version: 12"], (400,)),
    ([f"GET {PATH}?apikey=KEY HTTP/1.1", *UPGRADE, "Upgrade: h2c", "Sec-WebSocket-Version: 13"], (400,)),
    ([f"GET {PATH}?apikey=KEY HTTP/1.1", *UPGRADE, "Upgrade: websocketwebsocketwebsocket", "Sec-WebSocket-Version: 13"], (400,)),
    ([f"POST {PATH}?apikey=KEY HTTP/1.1", *UPGRADE, "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Content-Length: 0"], (400,)),
    (["GET /healthz HTTP/1.1", "Host: x", "Host: y"], (400,)),
    (["POST /rest/v1/upload_queue HTTP/1.1", "Host: x", "Content-Length: 1", "Content-Length: 2"], (400,)),
    (["POST /rest/v1/upload_queue HTTP/1.1", "Host: x", "Content-Length: -1"], (400,)),
    (["POST /rest/v1/upload_queue HTTP/1.1", "Host: x", "Transfer-Encoding: chunked"], (411,)),
    (["GET /healthz HTTP/1.1"], (0,)),
    (["GET /healthz HTTP/1.1", "Host: x", "X-Long: " + "x" * 40_000], (0, 400, 431)),
    (["TRACE /healthz HTTP/1.1", "Host: x"], (405,)),
    (["CONNECT x:1 HTTP/1.1", "Host: x"], (405,)),
])
def test_a_bad_request_is_refused_and_the_broker_lives(broker, lines, statuses):
    status, _ = answer(broker, *(line.replace("KEY", broker.anon) for line in lines))
    assert status in statuses
    assert answer(broker, "GET /healthz HTTP/1.1", "Host: x", "Connection: close")[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_running_broker_is_alive_and_ready_without_a_token(broker, path):
    assert httpx.get(f"{broker.url}{path}", trust_env=False).status_code == 200


# Limits


async def test_channels_per_connection(own_broker, sockets):
    socket = await sockets(own_broker(limits__channelsPerConnection=2))
    for name in ("one", "two"):
        assert (await socket.join(name)).reply["status"] == "ok"
    refused = await socket.join("three")
    assert refused.reply == {"status": "error", "response": {"reason": "ChannelRateLimitReached: Too many channels"}}
    await socket.call("realtime:one", "phx_leave", {})
    assert (await socket.join("four")).reply["status"] == "ok"


async def test_joins_per_second(own_broker, sockets):
    socket = await sockets(own_broker(limits__joinsPerSecond=3))
    asked = [await socket.ask(f"realtime:{number}", "phx_join", {"config": {}}) for number in range(30)]
    refused = await socket.frames.first(lambda frame: frame.payload.get("status") == "error")
    assert refused.payload["response"] == {"reason": "ClientJoinRateLimitReached: Too many joins per second"}
    assert asked[0].result()["status"] == "ok"


async def test_connections_in_all(own_broker, sockets):
    broker = own_broker(limits__connections=2)
    first, _ = await sockets(broker), await sockets(broker)
    response = await refusal(broker.socket_url(broker.service))
    assert response.status_code == 429
    assert json.loads(response.body) == {"error": "Too many connected users"}
    assert (await first.heartbeat())["status"] == "ok"


async def test_broadcasts_per_second(own_broker, sockets):
    channel = await (await sockets(own_broker(limits__broadcastsPerSecond=5))).join("loud")
    for _ in range(100):
        await channel.push("broadcast", {"type": "broadcast", "event": "e", "payload": {}})
    system = await channel.system("Too many messages per second")
    assert system == {"extension": "system", "status": "error", "message": "Too many messages per second", "channel": "loud"}


async def test_bytes_of_a_message(own_broker, sockets):
    socket = await sockets(own_broker(limits__messageBytes=10000))
    await socket.connection.send("x" * 20000)
    assert await socket.closed() == 1009


async def test_bytes_that_are_no_text_close_the_socket(broker, sockets):
    socket = await sockets(broker)
    await socket.connection.send(b"\xff\xfe", text=True)
    assert await socket.closed() == 1007


async def test_terms_of_a_filter(own_broker, sockets):
    socket = await sockets(own_broker(limits__filterTerms=2))
    channel = await socket.join("long", UPLOADS | {"filter": "progress=gt.1,progress=gt.2,progress=gt.3"})
    assert channel.reply["status"] == "ok"
    assert (await channel.system(""))["status"] == "error"
