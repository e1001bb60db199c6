"""Acknowledged means committed, and nobody misses what was committed."""

import asyncio
import os
import signal
import sqlite3
from contextlib import closing

import httpx
import pytest

from kill_harness import KillHarness
from sockets import ALL, UPLOADS, row
from uploads import Rows

ROUNDS = int(os.environ.get("SLUICE_KILL_ROUNDS", "10"))


async def test_kill_nine_under_load_loses_and_repeats_nothing(own_broker, sockets):
    harness = KillHarness(own_broker())
    await harness.run(ROUNDS)
    harness.check()
    first = harness.subscribers[0].changes[0]
    late = await (await sockets(harness.broker)).join("late", ALL | {"since": first["sequence"], "epoch": first["epoch"]})
    journal = harness.subscribers[0].changes[1:]
    changes = await late.changes.count(len(journal), within=60)
    assert [change["sequence"] for change in changes] == [change["sequence"] for change in journal]
    assert [change.get("record") for change in changes] == [change.get("record") for change in journal]


async def test_ten_thousand_rows_of_one_request_arrive_in_order(own_broker, sockets):
    broker = own_broker()
    rows = Rows(broker)
    owner = rows.owner()
    listeners = [await (await sockets(broker, vsn=vsn)).join("bulk", UPLOADS) for vsn in ("1.0.0", "2.0.0")]
    ids = await asyncio.to_thread(rows.uploads, owner, 10_000)
    for listener in listeners:
        changes = await listener.changes.count(10_000, within=60)
        assert [row(change)["id"] for change in changes] == ids
        assert [change["sequence"] for change in changes] == list(range(changes[0]["sequence"], changes[0]["sequence"] + 10_000))
    assert rows.http.head("/upload_queue", headers={"Prefer": "count=exact"}).headers["content-range"].endswith("/10000")


async def test_a_drain_tells_every_channel_closes_with_1012_and_ends_with_zero(own_broker, sockets):
    broker = own_broker()
    rows = Rows(broker)
    id = rows.upload(rows.owner())
    socket = await sockets(broker)
    channels = [await socket.join(name, UPLOADS) for name in ("one", "two")]
    broker.terminate()
    for channel in channels:
        system = await channel.system("Server requested disconnect")
        assert (system["extension"], system["status"]) == ("system", "ok")
    assert await socket.closed() == 1012
    assert await asyncio.to_thread(broker.wait) == 0
    await asyncio.to_thread(broker.start)
    assert Rows(broker).get(id)["id"] == id


async def test_a_drain_ends_with_what_was_acknowledged_on_disk(own_broker, sockets):
    broker = own_broker()
    owner = Rows(broker).owner()
    acknowledged: list[str] = []

    def write() -> None:
        rows = Rows(broker)
        try:
            while True:
                acknowledged.append(rows.upload(owner))
        except (httpx.TransportError, AssertionError):
            pass

    writers = [asyncio.create_task(asyncio.to_thread(write)) for _ in range(4)]
    watching = await (await sockets(broker)).join("watch", UPLOADS | {"event": "INSERT"})
    await watching.changes.count(50)
    broker.terminate()
    assert await asyncio.to_thread(broker.wait) == 0
    await asyncio.gather(*writers)
    with closing(sqlite3.connect(broker.data / "sluice.db")) as file:
        stored = {id for (id,) in file.execute("SELECT id FROM upload_queue")}
    assert set(acknowledged) <= stored and len(acknowledged) >= 46


async def test_a_second_signal_ends_the_drain_at_once(own_broker, sockets):
    broker = own_broker()
    stuck = await sockets(broker, reading=False)
    await stuck.join_and_stall("stuck", UPLOADS)
    rows = Rows(broker)
    rows.uploads(rows.owner(), 2000, metadata={"padding": "x" * 1000})
    broker.terminate()
    broker.process.send_signal(signal.SIGTERM)
    await asyncio.to_thread(broker.wait, 5)


@pytest.mark.parametrize("stop", ["kill", "terminate"])
async def test_rows_holds_and_keys_are_there_after_a_restart(own_broker, stop):
    broker = own_broker()
    before = broker.anon, broker.service, broker.secret
    rows = Rows(broker)
    id = rows.upload(rows.owner())
    for number in range(1, 6):
        rows.update(id, progress=number)
    row = rows.get(id)
    getattr(broker, stop)()
    broker.wait()
    broker.start()
    assert (broker.anon, broker.service, broker.secret) == before
    assert Rows(broker).get(id) == row
