"""One UPDATE per second and upload for progress; everything else at once."""

import asyncio
import time
from datetime import datetime

import pytest

from sockets import UPLOADS, Channel, row
from uploads import Rows

INTERVAL = 1.0


@pytest.fixture
def rows(module_broker):
    return Rows(module_broker)


def instant(text: str) -> float:
    """Seconds of a timestamp as the broker writes them."""
    return datetime.fromisoformat(text).timestamp()


async def watch(sockets, broker, filter: str | None = None) -> Channel:
    """A subscriber of the UPDATEs of uploads."""
    binding = UPLOADS | {"event": "UPDATE"} | ({"filter": filter} if filter else {})
    return await (await sockets(broker)).join("watch", binding)


async def publisher(sockets, broker) -> Channel:
    """A channel to write on, which hears nothing."""
    return await (await sockets(broker)).join("publish")


async def tick(channel: Channel, id: str, **values) -> asyncio.Future:
    """One progress update as the documents' code writes it, the status included; the future of its answer."""
    return await channel.ask("update", {"table": "upload_queue", "filter": f"id=eq.{id}", "values": {"status": "uploading", **values}})


async def answered(futures: list[asyncio.Future]) -> None:
    for reply in await asyncio.wait_for(asyncio.gather(*futures), 60):
        assert reply["status"] == "ok", reply


async def test_two_hundred_ticks_in_two_seconds_arrive_as_three_updates_at_most(sockets, module_broker, rows):
    id = rows.upload(rows.owner(), status="pending")
    watching = await watch(sockets, module_broker, f"id=eq.{id}")
    publishing = await publisher(sockets, module_broker)
    started = time.monotonic()
    for number in range(1, 201):
        await asyncio.sleep(max(0, started + number * 0.009 - time.monotonic()))
        await answered([await tick(publishing, id, progress=number // 2, upload_speed=number / 10)])
    stored = rows.get(id)
    assert (stored["progress"], stored["upload_speed"]) == (100, 20.0)
    last = await watching.changes.first(lambda change: change["record"]["upload_speed"] == 20.0)
    elapsed = time.monotonic() - started
    assert len(watching.changes) <= elapsed / INTERVAL + 2
    assert last["record"] == stored
    assert instant(last["commit_timestamp"]) - instant(stored["updated_at"]) <= 1.1
    times = [instant(change["commit_timestamp"]) for change in watching.changes]
    assert all(later - earlier > 0.95 for earlier, later in zip(times[1:], times[2:]))


async def test_held_ticks_bring_the_newest_values(sockets, module_broker, rows):
    id = rows.upload(rows.owner())
    watching = await watch(sockets, module_broker, f"id=eq.{id}")
    publishing = await publisher(sockets, module_broker)
    # The insert was the row's last emission, so the first tick may wait for it; what follows waits for the first.
    await answered([await tick(publishing, id, progress=1)])
    await watching.changes.count(1)
    await answered([await tick(publishing, id, progress=number) for number in range(2, 11)])
    first, second = await watching.changes.count(2)
    assert second["record"]["progress"] == 10 and second["old_record"] == first["record"]
    assert instant(second["commit_timestamp"]) - instant(first["commit_timestamp"]) > 0.95


async def test_a_change_of_status_overtakes_the_hold_and_carries_its_values(sockets, module_broker, rows):
    id = rows.upload(rows.owner())
    watching = await watch(sockets, module_broker, f"id=eq.{id}")
    publishing = await publisher(sockets, module_broker)
    await answered([await tick(publishing, id, progress=1)])
    await watching.changes.count(1)
    await answered([await tick(publishing, id, progress=number) for number in range(2, 10)])
    await answered([await tick(publishing, id, status="retrying", error_message="network")])
    _, change = await watching.changes.count(2)
    assert (change["record"]["status"], change["record"]["progress"]) == ("retrying", 9)
    assert change["old_record"]["progress"] == 1
    assert instant(change["commit_timestamp"]) - instant(change["record"]["updated_at"]) < 0.1
    await answered([await tick(publishing, id, progress=10), await tick(publishing, id, status="completed", progress=100)])
    last = await watching.changes.first(lambda change: change["record"]["status"] == "completed")
    assert last["record"]["progress"] == 100


async def test_deleting_a_held_row_ends_its_hold(sockets, module_broker, rows):
    id, sentinel = rows.uploads(rows.owner(), 2)
    watching = await (await sockets(module_broker)).join("watch", UPLOADS | {"filter": f"id=in.({id},{sentinel})"})
    publishing = await publisher(sockets, module_broker)
    await answered([await tick(publishing, id, progress=number) for number in range(1, 5)])
    rows.delete(id)
    await answered([await tick(publishing, sentinel, progress=1), await tick(publishing, sentinel, progress=2)])
    await watching.changes.first(lambda change: change.get("record", {}).get("progress") == 2 and row(change)["id"] == sentinel)
    mine = [change for change in watching.changes if row(change)["id"] == id]
    # The ticks came within a second of the insert, so they were held, and their hold went with the row.
    assert [change["type"] for change in mine][-1] == "DELETE" and len(mine) <= 2
    assert mine[-1]["old_record"]["id"] == id


async def test_a_held_tick_survives_a_kill(sockets, own_broker):
    broker = own_broker()
    rows = Rows(broker)
    id = rows.upload(rows.owner())
    watching = await watch(sockets, broker, f"id=eq.{id}")
    publishing = await publisher(sockets, broker)
    await answered([await tick(publishing, id, progress=1)])
    seen = (await watching.changes.count(1))[0]
    await answered([await tick(publishing, id, progress=number) for number in range(2, 10)])
    await asyncio.to_thread(broker.kill)
    await asyncio.to_thread(broker.start)
    again = UPLOADS | {"filter": f"id=eq.{id}", "since": seen["sequence"], "epoch": seen["epoch"]}
    resumed = await (await sockets(broker)).join("watch", again)
    last = await resumed.changes.first(lambda change: change["record"]["progress"] == 9)
    assert last["record"] == Rows(broker).get(id)


async def test_a_thousand_busy_uploads_are_each_heard_once_a_second(sockets, module_broker, rows):
    """Four connections write 250 uploads each, round after round; the bound holds at whatever rate that gives."""
    ids = rows.uploads(rows.owner(), 1000, status="pending")
    watching = await watch(sockets, module_broker)
    writers = [await publisher(sockets, module_broker) for _ in range(4)]
    started = time.monotonic()

    async def write(channel: Channel, mine: list[str]) -> int:
        number = 0
        while number < 30 and (number < 4 or time.monotonic() - started < 3.0):
            await asyncio.sleep(max(0, started + number * 0.1 - time.monotonic()))
            number += 1
            await answered([await tick(channel, id, progress=number) for id in mine])
        return number

    rounds = await asyncio.gather(*(write(channel, ids[index::4]) for index, channel in enumerate(writers)))
    final = {id: rounds[index] for index in range(4) for id in ids[index::4]}
    newest: dict[str, int] = {}
    seen = 0

    def all_final(changes) -> bool:
        nonlocal seen
        while seen < len(changes):
            newest[row(changes[seen])["id"]] = row(changes[seen])["progress"]
            seen += 1
        return newest == final

    await watching.changes.until(all_final, within=30)
    elapsed = time.monotonic() - started
    times: dict[str, list[float]] = {}
    for change in watching.changes:
        times.setdefault(row(change)["id"], []).append(instant(change["commit_timestamp"]))
    assert max(map(len, times.values())) <= elapsed / INTERVAL + 2
    held = [later - earlier for mine in times.values() for earlier, later in zip(mine[1:], mine[2:])]
    assert min(held, default=INTERVAL) > 0.95
