"""The wire of channels, frame by frame, in both versions."""

import json
import time

import pytest

from sockets import UPLOADS, Frame

INSERTS = {"event": "INSERT", "schema": "public", "table": "upload_queue", "filter": "status=eq.pending"}
VERSIONS = ["1.0.0", "2.0.0"]


@pytest.fixture(params=VERSIONS)
async def socket(request, broker, sockets):
    """A service socket in either version."""
    return await sockets(broker, vsn=request.param)


def refs(socket, join_ref: str | None, ref: str | None) -> tuple:
    """The two refs of a frame as this version shows them: version 1 has no join_ref."""
    return (join_ref if socket.vsn == "2.0.0" else None, ref)


async def test_a_join_is_answered_with_its_bindings_in_order_and_then_a_system_message(socket):
    channel = await socket.join("queue", INSERTS, UPLOADS)
    reply, system = [frame for frame in await socket.frames.count(2) if frame.topic == "realtime:queue"]
    assert reply[:4] == (*refs(socket, "1", "1"), "realtime:queue", "phx_reply")
    first, second = reply.payload["response"]["postgres_changes"]
    assert reply.payload["status"] == "ok"
    assert first == INSERTS | {"id": first["id"]} and second == UPLOADS | {"id": second["id"]}
    assert all(type(id) is int and id >= 1 for id in channel.ids) and first["id"] != second["id"]
    assert system == Frame(*refs(socket, "1", None), "realtime:queue", "system", {
        "extension": "postgres_changes", "status": "ok", "message": "Subscribed to PostgreSQL", "channel": "queue",
    })
    sequence, epoch = channel.head
    assert type(sequence) is int and epoch


async def test_a_join_without_bindings_is_answered_with_an_empty_list_and_no_system_message(socket):
    channel = await socket.join("plain")
    assert channel.reply["response"]["postgres_changes"] == []
    await socket.heartbeat()
    assert [frame.event for frame in socket.frames] == ["phx_reply", "phx_reply"]


async def test_an_unknown_key_of_a_binding_is_echoed_and_nothing_is_added(socket):
    binding = UPLOADS | {"mine": [1, {"a": None}]}
    channel = await socket.join("echo", binding)
    (echo,) = channel.reply["response"]["postgres_changes"]
    assert echo == binding | {"id": echo["id"]}


async def test_a_change_names_every_binding_it_matches_in_one_frame(socket, rows):
    channel = await socket.join("queue", INSERTS, UPLOADS)
    id = rows.upload(rows.owner(), status="pending")
    frame = await socket.frames.first(lambda frame: frame.event == "postgres_changes" and frame.payload["data"]["record"]["id"] == id)
    assert frame[:3] == (None, None, "realtime:queue")
    assert sorted(frame.payload["ids"]) == sorted(channel.ids)
    data = frame.payload["data"]
    assert set(data) >= {"schema", "table", "type", "commit_timestamp", "columns", "record", "errors", "sequence", "epoch", "actor"}
    assert "old_record" not in data and data["errors"] is None
    types = {column["name"]: column["type"] for column in data["columns"]}
    assert [types[name] for name in ("id", "progress", "file_size", "upload_speed", "metadata", "started_at", "status")] == [
        "uuid", "int4", "int8", "numeric", "jsonb", "timestamptz", "text"]


async def test_equal_bindings_have_the_same_id_on_every_socket(broker, sockets):
    ids = [(await (await sockets(broker, vsn=vsn)).join(f"equal-{vsn}", UPLOADS)).ids for vsn in VERSIONS]
    assert ids[0] == ids[1]


async def test_heartbeats_are_answered_even_without_a_ref(socket):
    await socket.send("phoenix", "heartbeat", {}, ref=None)
    await socket.send("phoenix", "heartbeat", {}, ref="77")
    first, second = await socket.frames.count(2)
    assert first == Frame(None, None, "phoenix", "phx_reply", {"status": "ok", "response": {}})
    assert second == Frame(None, "77", "phoenix", "phx_reply", {"status": "ok", "response": {}})


async def test_leaving_is_answered_and_closed(socket):
    channel = await socket.join("left")
    await socket.send(channel.topic, "phx_leave", {}, "9", channel.join_ref)
    _, reply, close = await socket.frames.count(3)
    assert reply == Frame(*refs(socket, "1", "9"), channel.topic, "phx_reply", {"status": "ok", "response": {}})
    assert close == Frame(*refs(socket, "1", "1"), channel.topic, "phx_close", {})


async def test_leaving_what_was_never_joined_is_fine(socket):
    await socket.send("realtime:never", "phx_leave", {}, "12")
    (reply,) = await socket.frames.count(1)
    assert reply == Frame(None, "12", "realtime:never", "phx_reply", {"status": "ok", "response": {}})


@pytest.mark.parametrize("topic, event", [("realtime:nowhere", "broadcast"), ("realtime:nowhere", "update"), ("elsewhere", "phx_join")])
async def test_a_topic_that_is_not_joined_is_unmatched(socket, topic, event):
    await socket.send(topic, event, {}, "20", "6")
    (reply,) = await socket.frames.count(1)
    assert reply == Frame(None, "20", topic, "phx_reply", {"status": "error", "response": {"reason": "unmatched topic"}})


async def test_a_topic_needs_a_name(socket):
    reply = await socket.call("realtime:", "phx_join", {"config": {}})
    assert reply == {"status": "error", "response": {"reason": "TopicNameRequired: You must provide a topic name"}}


async def test_joining_again_replaces_the_channel_without_closing_it(socket, rows):
    await socket.join("twice", UPLOADS)
    channel = await socket.join("twice", INSERTS)
    assert channel.reply["status"] == "ok"
    owner = rows.owner()
    rows.upload(owner)
    id = rows.upload(owner, status="pending")
    await channel.changes.first(lambda change: change["record"]["id"] == id)
    assert {change["record"]["status"] for change in channel.changes if change["record"]["user_id"] == owner} == {"pending"}
    assert "phx_close" not in [frame.event for frame in socket.frames]


@pytest.mark.parametrize("message", [
    "", "nonsense", "null", "7", "{}", "[]", '["1","2"]', '{"topic":"phoenix"}', '["1","1",7,"phx_join",{}]', "[" * 100,
    b"", b"\x03", b"\x03\xff\xff\xff\xff\xff\x01x", b"\x09abc",
])
async def test_a_malformed_frame_is_passed_over_in_silence(broker, sockets, message):
    socket = await sockets(broker)
    await socket.connection.send(message)
    await socket.heartbeat()
    assert len(socket.frames) == 1 and socket.binary == []


async def test_an_unknown_event_is_passed_over_in_silence(socket):
    channel = await socket.join("odd")
    await socket.send(channel.topic, "dance", {}, "5", channel.join_ref)
    await socket.heartbeat()
    assert [frame.ref for frame in socket.frames] == ["1", "2"]


@pytest.mark.parametrize("filter, detail", [
    ("wrong", '["wrong"]'),
    ("id=eq", '["eq"]'),
    ("status=foo.hey", '["foo", "hey"]'),
    ("progress=in.1,2", "`in` filter value must be wrapped by parentheses"),
    ("progress=gt.0,", "filter must not contain empty segments (check for extra commas)"),
    ("filename=match.^a", "operator match is not supported"),
    ("filename=imatch.^a", "operator imatch is not supported"),
])
async def test_a_filter_that_cannot_be_read_is_told_after_an_ok_join(socket, filter, detail):
    channel = await socket.join("bad", UPLOADS | {"filter": filter})
    assert channel.reply["status"] == "ok" and channel.reply["response"]["postgres_changes"][0]["filter"] == filter
    assert await channel.system("Error parsing `filter` params") == {
        "extension": "postgres_changes", "status": "error", "message": f"Error parsing `filter` params: {detail}", "channel": "bad",
    }


@pytest.mark.parametrize("binding, text", [
    ({"table": "nope"}, "Please check Realtime is enabled for the given connect parameters: "
     "[event: *, schema: public, table: nope, filters: [], select: nil]"),
    ({"filter": "nope=eq.1"}, "ERROR P0001 (raise_exception) invalid column for filter nope"),
    ({"filter": "progress=eq.hey"}, 'ERROR 22P02 (invalid_text_representation) invalid input syntax for type integer: "hey"'),
    ({"filter": f"progress=in.({','.join(map(str, range(101)))})"}, "too many values for `in` filter. Maximum 100"),
    ({"filter": "progress=is.maybe"}, "invalid value for is filter: must be null, true, false, or unknown"),
    ({"select": "id"}, "Error parsing `select` params: expected a list of column name strings"),
    ({"select": ["nope"]}, "invalid column for select nope"),
])
async def test_a_binding_that_cannot_be_served_says_why_and_the_others_live(socket, rows, binding, text):
    channel = await socket.join("bad", UPLOADS | binding, UPLOADS)
    system = await channel.system(text)
    assert (system["extension"], system["status"], system["channel"]) == ("postgres_changes", "error", "bad")
    id = rows.upload(rows.owner())
    await channel.changes.first(lambda change: change["record"]["id"] == id)


# Tokens


async def test_a_refreshed_token_is_answered_with_a_system_message_and_no_reply(broker, socket):
    channel = await socket.join("token", UPLOADS)
    seen = len(await socket.frames.count(2))
    await channel.push("access_token", {"access_token": broker.user("admin").token})
    frame = await channel.frame("system", after=seen)
    assert frame == Frame(*refs(socket, channel.join_ref, None), channel.topic, "system", {
        "extension": "postgres_changes", "status": "ok", "message": "Subscribed to PostgreSQL", "channel": "token",
    })
    await socket.heartbeat()
    assert [frame.event for frame in socket.frames[seen:]] == ["system", "phx_reply"]


async def test_a_token_that_ends_is_told_and_the_channel_falls_while_the_socket_stays(broker, socket):
    channel = await socket.join("ending", UPLOADS, token=broker.user(seconds=2).token)
    other = await socket.join("staying", UPLOADS)
    system = await channel.system("Token has expired")
    assert (system["extension"], system["status"], system["channel"]) == ("system", "error", "ending")
    error = await channel.frame("phx_error")
    assert error[:2] == refs(socket, channel.join_ref, channel.join_ref)
    assert (await socket.call(channel.topic, "broadcast", {}))["response"] == {"reason": "unmatched topic"}
    assert other.reply["status"] == "ok" and (await socket.heartbeat())["status"] == "ok"


async def test_a_refreshed_token_that_has_ended_is_told_and_the_channel_falls(broker, socket):
    channel = await socket.join("stale", UPLOADS)
    await channel.push("access_token", {"access_token": broker.user(seconds=-12).token})
    assert (await channel.system("Token has expired"))["extension"] == "system"
    await channel.socket.frames.first(lambda frame: frame.topic == channel.topic and frame.event in ("phx_error", "phx_close"))


@pytest.mark.parametrize("token, reason", [
    ("expired", "InvalidJWTToken: Token has expired 12"),
    ("a.b.c", "MalformedJWT: The token provided is not a valid JWT"),
    ("forged", "JwtSignatureError: Failed to validate JWT signature"),
])
async def test_a_join_with_a_bad_token_is_refused_late_without_blocking_the_socket(broker, socket, token, reason):
    good = broker.user().token
    forged = good.rsplit(".", 1)[0] + "." + broker.user().token.rsplit(".", 1)[1]
    text = {"expired": broker.user(seconds=-12).token, "forged": forged}.get(token, token)
    started = time.monotonic()
    refused = await socket.ask("realtime:q", "phx_join", {"config": {}, "access_token": text})
    assert (await socket.heartbeat())["status"] == "ok" and not refused.done()
    reply = await refused
    assert reply["status"] == "error" and reply["response"]["reason"].startswith(reason)
    assert time.monotonic() - started > 0.9


async def test_frames_in_fragments_and_pings_are_understood(broker, sockets):
    socket = await sockets(broker)
    text = json.dumps([None, "3", "phoenix", "heartbeat", {}])
    await socket.connection.send([text[:5], text[5:20], text[20:]])
    assert (await socket.frames.count(1))[0].ref == "3"
    await (await socket.connection.ping())
