"""Cursors, leave events, and calls and writes on the socket."""

import asyncio

import pytest

from sockets import UPLOADS, row
from uploads import Rows


@pytest.fixture
async def channel(broker, sockets):
    """A joined channel of the service, to write on."""
    return await (await sockets(broker)).join("write")


def mine(owner: str, **more) -> dict:
    return UPLOADS | {"filter": f"user_id=eq.{owner}"} | more


async def test_a_channel_resumes_after_its_cursor_and_goes_on_live(broker, sockets, rows):
    owner = rows.owner()
    first = await (await sockets(broker)).join("first", mine(owner))
    ids = [rows.upload(owner) for _ in range(5)]
    heard = await first.changes.count(5)
    second = await (await sockets(broker)).join("second", mine(owner, since=heard[1]["sequence"], epoch=heard[1]["epoch"]))
    ids.append(rows.upload(owner))
    assert [row(change)["id"] for change in await second.changes.count(4)] == ids[2:]
    assert second.changes[:3] == first.changes[2:5]


async def test_the_head_of_a_join_is_a_cursor(broker, sockets, rows):
    owner = rows.owner()
    before = await (await sockets(broker)).join("before", mine(owner))
    id = rows.upload(owner)
    sequence, epoch = before.head
    after = await (await sockets(broker)).join("after", mine(owner, since=sequence, epoch=epoch))
    assert row((await after.changes.count(1))[0])["id"] == id


async def test_a_read_and_a_cursor_from_its_headers_miss_nothing(broker, sockets, rows):
    owner = rows.owner()
    id = rows.upload(owner)
    headers = rows.http.get("/upload_queue?limit=1").headers
    rows.update(id, video_title="after the read")
    since = {"since": int(headers["sluice-sequence"]), "epoch": headers["sluice-epoch"]}
    channel = await (await sockets(broker)).join("read", mine(owner, **since))
    (change,) = await channel.changes.count(1)
    assert (change["type"], change["record"]["video_title"]) == ("UPDATE", "after the read")


@pytest.mark.parametrize("cursor", [{"since": 1, "epoch": "unheard of"}, {"since": 10**15}])
async def test_a_cursor_that_is_not_reachable_is_told_and_the_channel_is_live(broker, sockets, rows, cursor):
    owner = rows.owner()
    probe = await (await sockets(broker)).join("probe")
    channel = await (await sockets(broker)).join("lost", mine(owner, **({"epoch": probe.head[1]} | cursor)))
    assert await channel.system("resync_required") == {
        "extension": "sluice", "status": "ok", "message": "resync_required", "channel": "lost",
    }
    id = rows.upload(owner)
    assert row((await channel.changes.count(1))[0])["id"] == id


async def test_a_restored_file_does_not_take_cursors_of_the_future(own_broker, sockets):
    one, other = own_broker(), own_broker()
    rows = Rows(one)
    heard = await (await sockets(one)).join("heard", UPLOADS)
    rows.uploads(rows.owner(), 50)
    last = (await heard.changes.count(50))[-1]
    channel = await (await sockets(other)).join("lost", UPLOADS | {"since": last["sequence"], "epoch": last["epoch"]})
    await channel.system("resync_required")


async def test_a_binding_may_ask_for_the_sequence_inside_the_record(broker, sockets, rows):
    owner = rows.owner()
    channel = await (await sockets(broker)).join("sequenced", mine(owner, sequence=True))
    rows.delete(rows.upload(owner))
    insert, delete = await channel.changes.count(2)
    for change, record in ((insert, insert["record"]), (delete, delete["old_record"])):
        assert (record["_sequence"], record["_epoch"]) == (change["sequence"], change["epoch"])


async def test_a_row_that_leaves_the_filter_is_told_as_deleted_to_who_asks(broker, sockets, rows):
    owner = rows.owner()
    binding = UPLOADS | {"filter": f"user_id=eq.{owner},status=eq.uploading"}
    leaving = await (await sockets(broker)).join("leaving", binding | {"leave": True})
    plain = await (await sockets(broker)).join("plain", binding)
    id = rows.upload(owner)
    rows.update(id, status="failed")
    next = rows.upload(owner)
    gone = (await leaving.changes.count(3))[1]
    assert (gone["type"], gone["old_record"]["id"]) == ("DELETE", id) and "record" not in gone
    assert [(change["type"], row(change)["id"]) for change in await plain.changes.count(2)] == [("INSERT", id), ("INSERT", next)]


async def test_a_change_names_its_actor(broker, sockets, rows):
    user = broker.user()
    rows.owner(user.id)
    listener = await (await sockets(broker)).join("actors", mine(user.id))
    writer = await (await sockets(broker, user.token)).join("write")
    await writer.call("insert", {"table": "upload_queue", "values": {"user_id": user.id, "filename": "a"}})
    (change,) = await listener.changes.count(1)
    assert user.id in str(change["actor"])


# Writing on the socket


async def test_rows_are_inserted_updated_upserted_and_deleted_on_a_channel(channel, rows):
    owner = rows.owner()
    values = {"user_id": owner, "filename": "a.mov"}
    inserted = await channel.call("insert", {"table": "upload_queue", "values": values, "returning": True})
    assert inserted["status"] == "ok" and inserted["response"]["count"] == 1
    (created,) = inserted["response"]["rows"]
    id = created["id"]
    assert created == rows.get(id)
    updated = await channel.call("update", {"payload": {"table": "upload_queue", "filter": f"id=eq.{id}", "values": {"video_title": "t"}}})
    assert updated["response"]["count"] == 1 and updated["response"]["sequence"] > inserted["response"]["sequence"]
    assert "rows" not in updated["response"] or updated["response"]["rows"] == []
    upserted = await channel.call("upsert", {"table": "upload_queue", "values": values | {"id": id, "video_title": "u"}})
    assert upserted["response"]["count"] == 1 and rows.get(id)["video_title"] == "u"
    deleted = await channel.call("delete", {"table": "upload_queue", "filter": f"id=eq.{id}"})
    assert deleted["response"]["count"] == 1 and rows.get(id) is None


@pytest.mark.parametrize("event, payload, code", [
    ("insert", {"table": "upload_queue", "values": {"user_id": "x", "filename": "a"}}, "22P02"),
    ("insert", {"table": "upload_queue", "values": {"nope": 1}}, "PGRST204"),
    ("insert", {"table": "nope", "values": {}}, "PGRST205"),
    ("update", {"table": "upload_queue", "filter": "nope=eq.1", "values": {"progress": 1}}, "42703"),
    ("rpc", {"event": "nope", "payload": {}}, "PGRST202"),
    ("rpc", {"event": "stop_upload", "payload": {"upload_id": "x"}}, "22P02"),
])
async def test_a_bad_write_is_answered_with_the_four_keys(channel, event, payload, code):
    reply = await channel.call(event, payload)
    assert reply["status"] == "error" and set(reply["response"]) == {"code", "details", "hint", "message"}
    assert reply["response"]["code"] == code


@pytest.mark.parametrize("event", ["update", "delete"])
async def test_changing_everything_must_be_said(own_broker, sockets, event):
    broker = own_broker()
    rows = Rows(broker)
    rows.uploads(rows.owner(), 3)
    channel = await (await sockets(broker)).join("write")
    payload = {"table": "upload_queue", "values": {"video_title": "all"}}
    assert (await channel.call(event, payload))["status"] == "error"
    assert (await channel.call(event, payload | {"all": True}))["response"]["count"] == 3


async def test_writes_on_a_channel_obey_ownership(broker, sockets, rows):
    id = rows.upload(rows.owner())
    stranger = await (await sockets(broker, broker.user().token)).join("write")
    changed = await stranger.call("update", {"table": "upload_queue", "filter": f"id=eq.{id}", "values": {"video_title": "mine"}})
    assert changed["response"]["count"] == 0
    refused = await stranger.call("rpc", {"event": "stop_upload", "payload": {"upload_id": id}})
    assert (refused["status"], refused["response"]["code"]) == ("error", "42501")


async def test_a_stop_called_on_a_channel_is_heard(broker, sockets, rows):
    user = broker.user()
    rows.owner(user.id)
    id = rows.upload(user.id)
    phone = await (await sockets(broker, user.token)).join(f"upload_{id}", UPLOADS | {"event": "UPDATE", "filter": f"id=eq.{id}"})
    console = await (await sockets(broker, broker.user("operator").token)).join("console")
    reply = await console.call("rpc", {"type": "rpc", "event": "stop_upload", "payload": {"upload_id": id}})
    (change,) = await phone.changes.count(1)
    assert reply == {"status": "ok", "response": {"result": True, "sequence": change["sequence"]}}
    assert change["record"]["status"] == "stopped"


async def test_a_key_makes_a_write_happen_once(channel, rows):
    owner = rows.owner()
    write = {"table": "upload_queue", "values": {"user_id": owner, "filename": "once"}, "returning": True, "idempotency_key": f"{owner}-1"}
    first, *others = await asyncio.gather(*[await channel.ask("insert", write) for _ in range(5)])
    assert first["status"] == "ok"
    # The answer is the stored one; its sequence says how new the file is now.
    for other in others:
        assert other["response"]["sequence"] >= first["response"]["sequence"]
        assert other == first | {"response": first["response"] | {"sequence": other["response"]["sequence"]}}
    assert len(rows.find(f"user_id=eq.{owner}")) == 1
    reused = await channel.call("insert", write | {"values": {"user_id": owner, "filename": "other"}})
    assert (reused["status"], reused["response"]["code"]) == ("error", "idempotency_key_reused")
    assert len(rows.find(f"user_id=eq.{owner}")) == 1
