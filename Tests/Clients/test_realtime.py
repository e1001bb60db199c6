"""The official asynchronous client: subscriptions, tokens, broadcasts, and every frame understood."""

import asyncio
import time
import uuid

import pytest

from inbox import Inbox
from official import CHANNEL_ERROR, CLOSED, SUBSCRIBED, Listener
from sockets import about, row
from uploads import Rows


pytestmark = pytest.mark.usefixtures("every_frame_is_understood")


@pytest.fixture
def owner(broker, rows):
    """An uploader whose profile exists."""
    user = broker.user()
    rows.owner(user.id)
    return user


@pytest.fixture
async def client(broker, realtime, owner):
    return await realtime(broker, owner)


async def test_a_star_binding_hears_insert_update_and_delete(client, rows, owner):
    listener = await Listener(client, "all").on().subscribe()
    id = rows.upload(owner.id, video_title="one")
    rows.update(id, video_title="two")
    rows.delete(id)
    insert, update, delete = await listener.changes.count(3)
    assert [change["type"] for change in (insert, update, delete)] == ["INSERT", "UPDATE", "DELETE"]
    assert insert["record"] == update["old_record"] and "old_record" not in insert
    assert (update["record"]["video_title"], update["old_record"]["video_title"]) == ("two", "one")
    assert "record" not in delete and delete["old_record"]["id"] == id
    for change in (insert, update, delete):
        assert (change["schema"], change["table"], change["errors"]) == ("public", "upload_queue", None)
        assert len(change["commit_timestamp"]) == 24 and change["commit_timestamp"].endswith("Z")
        assert {"name": "id", "type": "uuid"} in change["columns"]


@pytest.mark.parametrize("event", ["INSERT", "UPDATE", "DELETE"])
async def test_a_single_event_hears_nothing_else(client, rows, owner, event):
    listener = await Listener(client, event).on(event).subscribe()
    for _ in range(2):
        id = rows.upload(owner.id)
        rows.update(id, video_title="t")
        rows.delete(id)
    assert [change["type"] for change in await listener.changes.count(2)] == [event, event]


@pytest.mark.parametrize("filter, misses, hits", [
    ("progress=eq.5", {"progress": 4}, {"progress": 5}),
    ("progress=neq.5", {"progress": 5}, {"progress": 4}),
    ("progress=lt.5", {"progress": 5}, {"progress": 4}),
    ("progress=lte.5", {"progress": 6}, {"progress": 5}),
    ("progress=gt.5", {"progress": 5}, {"progress": 6}),
    ("progress=gte.5", {"progress": 4}, {"progress": 5}),
    ("status=in.(failed,retrying)", {"status": "pending"}, {"status": "retrying"}),
    ('video_title=in.("a,b",c)', {"video_title": "a"}, {"video_title": "a,b"}),
    ("filename=like.%.mp4", {"filename": "a.MP4"}, {"filename": "a.mp4"}),
    ("filename=ilike.%.mp4", {"filename": "a.mov"}, {"filename": "a.MP4"}),
    ("video_title=is.null", {"video_title": "t"}, {"video_title": None}),
    ("video_title=not.is.null", {"video_title": None}, {"video_title": "t"}),
    ("video_title=isdistinct.t", {"video_title": "t"}, {"video_title": None}),
    ("video_title=eq.", {"video_title": None}, {"video_title": ""}),
    ("progress=not.eq.5", {"progress": 5}, {"progress": 6}),
    ("progress=gt.5,status=eq.failed", {"progress": 6}, {"progress": 6, "status": "failed"}),
    ("file_size=eq.9007199254740993", {"file_size": 9007199254740992}, {"file_size": 9007199254740993}),
])
async def test_a_filter_lets_through_what_it_names(client, rows, owner, filter, misses, hits):
    listener = await Listener(client, "filtered").on("INSERT", filter=filter).subscribe()
    rows.upload(owner.id, **misses)
    wanted = rows.upload(owner.id, **hits)
    assert row((await listener.changes.count(1))[0])["id"] == wanted


async def test_several_bindings_of_one_channel_hear_each_their_own(client, rows, owner):
    inserts, failures, profiles = Inbox(), Inbox(), Inbox()
    listener = Listener(client, "several").on("INSERT", into=inserts).on("UPDATE", filter="status=eq.failed", into=failures)
    await listener.on("*", table="profiles", into=profiles).on("*").subscribe()
    id = rows.upload(owner.id)
    rows.update(id, status="failed")
    assert [change["type"] for change in await listener.changes.count(2)] == ["INSERT", "UPDATE"]
    assert [row(change)["id"] for change in inserts + failures] == [id, id] and profiles == []


async def test_selected_columns_come_with_the_key(client, rows, owner):
    listener = await Listener(client, "selected").on("INSERT", select=["status"]).subscribe()
    id = rows.upload(owner.id)
    (change,) = await listener.changes.count(1)
    assert change["record"] == {"id": id, "status": "uploading"}
    assert [column["name"] for column in change["columns"]] == ["id", "status"]


async def test_a_write_right_after_subscribed_is_never_missed(client, rows, owner):
    for turn in range(100):
        id = str(uuid.uuid4())
        listener = await Listener(client, f"turn-{turn}").on("INSERT", filter=f"id=eq.{id}").subscribe()
        await asyncio.to_thread(rows.upload, owner.id, id=id)
        assert row((await listener.changes.count(1))[0])["id"] == id
        await listener.channel.unsubscribe()
        await listener.state(CLOSED)


async def test_a_channel_is_told_when_its_rows_are_connected(client):
    listener = await Listener(client, "told").on().subscribe()
    (system,) = await listener.systems.count(1)
    assert (system.extension, system.message, system.channel) == ("postgres_changes", "Subscribed to PostgreSQL", "told")


async def test_a_bad_filter_is_told_and_the_other_bindings_live(broker, realtime, rows, owner):
    client = await realtime(broker, owner)
    listener = await Listener(client, "bad").on(filter="progress=about.5").on().subscribe()
    _, error = await listener.state(CHANNEL_ERROR)
    assert "Error parsing `filter` params" in str(error)
    id = rows.upload(owner.id)
    await listener.changes.first(about(id))


async def test_users_hear_only_of_their_own_rows(broker, realtime, rows, owner):
    other = broker.user()
    rows.owner(other.id)
    mine = await Listener(await realtime(broker, owner), "mine").on().subscribe()
    theirs = await Listener(await realtime(broker, other), "theirs").on().subscribe()
    all = await Listener(await realtime(broker, broker.user("viewer")), "all").on().subscribe()
    ids = [rows.upload(owner.id), rows.upload(other.id), rows.upload(owner.id), rows.upload(other.id)]
    assert [row(change)["id"] for change in await mine.changes.count(2)] == ids[::2]
    assert [row(change)["id"] for change in await theirs.changes.count(2)] == ids[1::2]
    await all.changes.until(lambda changes: {row(change)["id"] for change in changes} >= set(ids))


async def test_the_anonymous_role_hears_nothing_of_owned_rows(broker, realtime, client, rows, owner):
    nobody = await Listener(await realtime(broker), "nobody").on().on_broadcast().subscribe()
    mine = await Listener(client, "mine").on().subscribe()
    rows.upload(owner.id)
    await mine.changes.count(1)
    speaker = await Listener(client, "nobody").subscribe()
    await speaker.channel.send_broadcast("after", {})
    await nobody.broadcasts.count(1)
    assert nobody.changes == []


async def test_a_row_given_away_leaves_one_owner_and_reaches_the_other(broker, realtime, client, rows, owner):
    other = broker.user()
    rows.owner(other.id)
    mine = await Listener(client, "mine").on().subscribe()
    theirs = await Listener(await realtime(broker, other), "theirs").on().subscribe()
    id = rows.upload(owner.id)
    rows.update(id, user_id=other.id)
    _, loss = await mine.changes.count(2)
    assert (loss["type"], loss["old_record"]) == ("DELETE", {"id": id}) and "record" not in loss
    (gain,) = await theirs.changes.count(1)
    assert (gain["type"], gain["old_record"], gain["record"]["user_id"]) == ("UPDATE", {"id": id}, other.id)


async def test_broadcasts_reach_the_others_and_the_sender_only_if_asked(broker, realtime, client):
    own = await Listener(client, "room", ack=True, own=True).on_broadcast().subscribe()
    other = await Listener(await realtime(broker), "room").on_broadcast("hello").subscribe()
    acknowledged = Inbox()
    push = await own.channel.push("broadcast", {"type": "broadcast", "event": "hello", "payload": {"n": 1}})
    push.receive("ok", acknowledged.put)
    await acknowledged.count(1)
    for listener in (own, other):
        (message,) = await listener.broadcasts.count(1)
        assert (message["event"], message["payload"]) == ("hello", {"n": 1})
    await other.channel.send_broadcast("hello", {"n": 2})
    await own.broadcasts.count(2)
    await other.channel.send_broadcast("hello", {"n": 3})
    await own.broadcasts.count(3)
    assert [message["payload"]["n"] for message in other.broadcasts] == [1]


async def test_a_broadcast_over_http_reaches_the_channel(client):
    listener = await Listener(client, "über room/1").on_broadcast().subscribe()
    await listener.channel.http_send("done", {"ok": True})
    (message,) = await listener.broadcasts.count(1)
    assert (message["event"], message["payload"]) == ("done", {"ok": True})


async def test_a_refreshed_token_keeps_the_channel_and_its_claims_count(broker, client, rows, owner):
    listener = await Listener(client, "refreshed").on().subscribe()
    await listener.systems.count(1)
    await client.realtime.set_auth(broker.user(id=owner.id, seconds=7200).token)
    await listener.systems.count(2)
    first = rows.upload(owner.id)
    await listener.changes.first(about(first))
    other = broker.user()
    rows.owner(other.id)
    await client.realtime.set_auth(other.token)
    await listener.systems.count(3)
    rows.upload(owner.id)
    theirs = rows.upload(other.id)
    await listener.changes.first(about(theirs))
    assert [row(change)["id"] for change in listener.changes] == [first, theirs]
    assert [state for state, _ in listener.states] == [SUBSCRIBED]


async def test_an_expired_token_is_told_and_a_fresh_one_brings_the_channel_back(broker, realtime, rows, owner):
    client = await realtime(broker, broker.user(id=owner.id, seconds=3))
    listener = await Listener(client, "expiring").on().subscribe()
    _, error = await listener.state(CHANNEL_ERROR)
    assert "Token has expired" in str(error)
    heard = len(listener.states)
    await client.realtime.set_auth(broker.user(id=owner.id).token)
    await listener.state(SUBSCRIBED, after=heard, within=30)
    await listener.changes.first(about(rows.upload(owner.id)))


async def test_a_token_that_has_expired_already_joins_nothing(broker, realtime, owner):
    client = await realtime(broker, broker.user(id=owner.id, seconds=-10))
    listener = Listener(client, "late").on()
    started = time.monotonic()
    with pytest.raises(AssertionError):
        await listener.subscribe()
    state, error = listener.states[0]
    assert state == CHANNEL_ERROR and "InvalidJWTToken: Token has expired" in str(error)
    assert time.monotonic() - started >= 0.9


async def test_nothing_is_heard_after_leaving(client, rows, owner):
    left = await Listener(client, "left").on().subscribe()
    stays = await Listener(client, "stays").on().subscribe()
    await left.channel.unsubscribe()
    await left.state(CLOSED)
    rows.upload(owner.id)
    await stays.changes.count(1)
    assert left.changes == [] and client.get_channels() == [stays.channel]


async def test_the_client_comes_back_after_a_restart_of_the_broker(own_broker, realtime):
    broker = own_broker()
    user = broker.user()
    Rows(broker).owner(user.id)
    listener = await Listener(await realtime(broker, user), "back").on().subscribe()
    await asyncio.to_thread(broker.kill)
    await asyncio.to_thread(broker.start)
    await listener.state(SUBSCRIBED, after=1, within=30)
    await listener.changes.first(about(Rows(broker).upload(user.id)))
