"""A stop wins against whatever arrives with it."""

import asyncio
import random

import pytest

from sockets import UPLOADS, Channel, row
from uploads import Rows

RACES = 1000
AT_ONCE = 50


@pytest.fixture
def rows(module_broker):
    return Rows(module_broker)


def patch(id: str, **values) -> dict:
    return {"table": "upload_queue", "filter": f"id=eq.{id}", "values": values}


async def asked(channel: Channel, order: list[tuple[str, dict]]) -> list[asyncio.Future]:
    return [await channel.ask(event, payload) for event, payload in order]


async def finished(futures: list[asyncio.Future]) -> list[dict]:
    replies = await asyncio.wait_for(asyncio.gather(*futures), 30)
    for reply in replies:
        assert reply["status"] == "ok", reply
    return replies


async def test_of_a_thousand_races_none_ends_resurrected(module_broker, rows, sockets):
    chance = random.Random(20261120)
    phone, operator = module_broker.user(), module_broker.user("operator")
    rows.owner(phone.id)
    ids = rows.uploads(phone.id, RACES)
    phones = [await (await sockets(module_broker, phone.token)).join("phone") for _ in range(4)]
    console = await (await sockets(module_broker, operator.token)).join("console")
    watching = await (await sockets(module_broker)).join("watch", UPLOADS | {"event": "UPDATE"})

    for start in range(0, RACES, AT_ONCE):
        racing = ids[start:start + AT_ONCE]
        orders = []
        for channel in phones:
            ticks = [("update", patch(id, status="uploading", progress=chance.randint(1, 99))) for id in racing]
            orders.append((channel, chance.sample(ticks, len(ticks))))
        stops = [("rpc", {"event": "stop_upload", "payload": {"upload_id": id}}) for id in racing]
        orders.append((console, chance.sample(stops, len(stops))))
        chance.shuffle(orders)
        for futures in await asyncio.gather(*(asked(channel, order) for channel, order in orders)):
            await finished(futures)

    found = {upload["id"]: upload for id in range(0, RACES, 100) for upload in rows.find("id=in.(" + ",".join(ids[id:id + 100]) + ")")}
    assert len(found) == RACES
    assert {upload["status"] for upload in found.values()} == {"stopped"}
    assert {upload["stop_acknowledged_at"] for upload in found.values()} == {None}
    assert all(0 <= upload["late_writes"] <= 4 for upload in found.values())

    def all_stopped(changes) -> bool:
        return len({row(change)["id"] for change in changes if row(change)["status"] == "stopped"}) == RACES

    await watching.changes.until(all_stopped, within=30)
    stopped: set[str] = set()
    for change in watching.changes:
        assert row(change)["status"] == "stopped" or row(change)["id"] not in stopped, "an upload came back to life"
        if row(change)["status"] == "stopped":
            stopped.add(row(change)["id"])


async def test_late_progress_does_not_acknowledge_and_a_late_retrying_does(module_broker, rows, sockets):
    phone = module_broker.user()
    rows.owner(phone.id)
    ids = rows.uploads(phone.id, 50)
    assert rows.rpc("stop_user_uploads", user_id=phone.id) == 50
    channel = await (await sockets(module_broker, phone.token)).join("phone")
    await finished(await asked(channel, [("update", patch(id, status="uploading", progress=50)) for id in ids]))
    assert {(row["stop_acknowledged_at"], row["late_writes"]) for row in rows.find(f"user_id=eq.{phone.id}")} == {(None, 1)}
    await finished(await asked(channel, [("update", patch(id, status="retrying", retry_count=1)) for id in ids]))
    for upload in rows.find(f"user_id=eq.{phone.id}"):
        assert upload["stop_acknowledged_at"] >= upload["stopped_at"]
        assert (upload["status"], upload["late_writes"], upload["retry_count"]) == ("stopped", 2, 0)


async def test_two_operators_stop_once(module_broker, rows, sockets):
    ids = rows.uploads(rows.owner(), 100)
    consoles = [await (await sockets(module_broker, module_broker.user("operator").token)).join("console") for _ in range(2)]
    stops = [("rpc", {"event": "stop_upload", "payload": {"upload_id": id}}) for id in ids]
    both = await asyncio.gather(*(asked(console, stops) for console in consoles))
    answers = [[reply["response"]["result"] for reply in await finished(futures)] for futures in both]
    assert [sorted(pair) for pair in zip(*answers)] == [[False, True]] * 100


async def test_a_stop_and_a_completion_end_in_one_of_the_two_and_stay_there(module_broker, rows, sockets):
    phone = module_broker.user()
    rows.owner(phone.id)
    ids = rows.uploads(phone.id, 200)
    channel = await (await sockets(module_broker, phone.token)).join("phone")
    console = await (await sockets(module_broker)).join("console")
    done, stops = await asyncio.gather(
        asked(channel, [("update", patch(id, status="completed", progress=100)) for id in ids]),
        asked(console, [("rpc", {"event": "stop_upload", "payload": {"upload_id": id}}) for id in reversed(ids)]),
    )
    await finished(done)
    won = {id: reply["response"]["result"] for id, reply in zip(reversed(ids), await finished(stops))}
    for upload in rows.find(f"user_id=eq.{phone.id}&limit=200"):
        assert upload["status"] == ("stopped" if won[upload["id"]] else "completed")
        assert bool(upload["stop_acknowledged_at"]) == won[upload["id"]]
