"""Who does not read harms nobody, and loses no state."""

import asyncio

import pytest

from sockets import UPLOADS, row
from uploads import Rows

SILENT, READERS = 100, 20
CHANGES, PADDING = 4000, "x" * 1000


@pytest.fixture
def broker_with_small_outboxes(own_broker):
    return own_broker(limits__outboxBytes=262144)


async def test_silent_sockets_cost_bounded_memory_and_readers_hear_everything(broker_with_small_outboxes, sockets):
    broker = broker_with_small_outboxes
    rows = Rows(broker)
    owner = rows.owner()
    silent = [await sockets(broker, reading=False) for _ in range(SILENT)]
    for number, socket in enumerate(silent):
        await socket.join_and_stall(f"silent-{number}", UPLOADS)
    readers = [await (await sockets(broker)).join("reader", UPLOADS | {"event": "INSERT", "select": ["id"]}) for _ in range(READERS)]
    before = broker.resident_bytes()
    ids: list[str] = []
    for _ in range(CHANGES // 200):
        ids += await asyncio.to_thread(rows.uploads, owner, 200, metadata={"padding": PADDING})
    peak = broker.resident_bytes()
    for reader in readers:
        await reader.changes.count(CHANGES, within=60)
        assert [row(change)["id"] for change in reader.changes] == ids
    peak = max(peak, broker.resident_bytes())
    assert peak - before < 160 * 2**20, f"{(peak - before) >> 20} MiB more with {SILENT} silent sockets"


async def test_a_slow_reader_that_reads_again_ends_with_every_row_as_it_is(broker_with_small_outboxes, sockets):
    broker = broker_with_small_outboxes
    rows = Rows(broker)
    owner = rows.owner()
    slow = await sockets(broker, reading=False)
    channel = await slow.join_and_stall("slow", UPLOADS)
    ids = rows.uploads(owner, 200, metadata={"padding": PADDING})
    for number in range(20):
        await asyncio.to_thread(rows.write, "PATCH", f"/upload_queue?user_id=eq.{owner}", json={"error_message": f"round {number}"})
    for status, chosen in (("completed", ids[:80]), ("failed", ids[80:120]), ("stopped", ids[120:160])):
        for start in range(0, len(chosen), 40):
            rows.write("PATCH", f"/upload_queue?id=in.({','.join(chosen[start:start + 40])})", json={"status": status})
    for id in ids[160:180]:
        rows.delete(id)
    brief = rows.uploads(owner, 10)
    for id in brief:
        rows.delete(id)
    sentinel = rows.upload(owner, video_title="the end")

    slow.read()
    await channel.changes.first(lambda change: row(change)["id"] == sentinel, within=60)
    state: dict[str, dict] = {}
    events: dict[str, list[str]] = {}
    sequences = [change["sequence"] for change in channel.changes]
    assert sequences == sorted(set(sequences))
    for change in channel.changes:
        events.setdefault(row(change)["id"], []).append(change["type"])
        if change["type"] == "DELETE":
            state.pop(row(change)["id"])
        else:
            state[row(change)["id"]] = change["record"]
    assert state == {upload["id"]: upload for upload in rows.find(f"user_id=eq.{owner}")}
    for id in ids[160:180]:
        assert (events[id][0], events[id][-1]) == ("INSERT", "DELETE")
    assert all(events[id] == ["INSERT", "DELETE"] for id in brief)
    reached = {row(change)["id"]: change["record"]["status"] for change in channel.changes if change["type"] == "UPDATE"}
    assert [reached[id] for id in ids[:160]] == ["completed"] * 80 + ["failed"] * 40 + ["stopped"] * 40


async def test_a_slow_socket_still_gets_its_replies_and_broadcast_losses_do_not_close_it(broker_with_small_outboxes, sockets):
    broker = broker_with_small_outboxes
    rows = Rows(broker)
    slow = await sockets(broker, reading=False)
    channel = await slow.join_and_stall("slow", UPLOADS)
    rows.uploads(rows.owner(), 1000, metadata={"padding": PADDING})
    speaker = await (await sockets(broker)).join("slow")
    for number in range(500):
        await speaker.push("broadcast", {"type": "broadcast", "event": "noise", "payload": {"padding": PADDING}})
    await speaker.socket.heartbeat()
    beat = await slow.ask("phoenix", "heartbeat", {})
    slow.read()
    assert (await asyncio.wait_for(beat, 30))["status"] == "ok"
    await channel.changes.count(1000, within=30)
