"""The documents' own client code, call by call, against a stop in the middle."""

import asyncio
import math
from datetime import datetime, timezone

import pytest
from supabase import AsyncClient

from inbox import Inbox
from official import CLOSED, Listener

pytestmark = pytest.mark.usefixtures("every_frame_is_understood")

MAX_RETRIES = 3


def now() -> str:
    """`new Date().toISOString()`"""
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class StopControl:
    """`uploadVideo()` of the document on manual stops: A21 to A29."""

    def __init__(self, client: AsyncClient, user_id: str):
        self.queue = client.table
        self.client, self.user_id = client, user_id
        self.id = ""
        self.cancelled = Inbox()

    async def begin(self) -> None:
        answer = await self.queue("upload_queue").insert({
            "user_id": self.user_id, "video_title": "Sans titre", "filename": "a.mov", "file_size": 50_000_000, "status": "uploading",
            "progress": 0, "metadata": {"isRecorded": True, "isImported": False},
        }).select("*").execute()
        self.id = answer.data[0]["id"]

    async def listen(self) -> Listener:
        listener = Listener(self.client, f"upload_{self.id}")
        listener.channel.on_postgres_changes("UPDATE", self.changed, table="upload_queue", schema="public", filter=f"id=eq.{self.id}")
        return await listener.subscribe()

    def changed(self, payload: dict) -> None:
        if payload["data"]["record"]["status"] == "stopped":
            self.cancelled.put("Upload stopped by admin")

    async def write(self, values: dict) -> list:
        return (await self.queue("upload_queue").update(values).eq("id", self.id).execute()).data

    async def progress(self, sent: int, total: int, speed: float) -> list:
        return await self.write({"progress": math.floor(sent / total * 100), "upload_speed": speed})

    async def is_stopped(self) -> bool:
        answer = await self.queue("upload_queue").select("status").eq("id", self.id).single().execute()
        return answer.data["status"] == "stopped"

    async def completed(self) -> list:
        return await self.write({"status": "completed", "progress": 100, "completed_at": now(), "file_path": "https://cdn.example/a.mov"})

    async def caught(self, message: str, retry_count: int) -> list:
        if retry_count < MAX_RETRIES:
            values = {"status": "retrying", "retry_count": retry_count + 1, "error_message": message, "last_error_at": now()}
        else:
            values = {"status": "failed", "error_message": message, "last_error_at": now()}
        return await self.write(values)


class Dashboard(StopControl):
    """`VideoUploader` of the document on the dashboard: B59 to B62. Every tick writes the status too."""

    async def begin(self) -> None:
        answer = await self.queue("upload_queue").insert({
            "user_id": self.user_id, "video_title": "Untitled", "filename": "a.mov", "file_size": 50_000_000, "status": "pending",
            "progress": 0,
        }).select("id").execute()
        self.id = answer.data[0]["id"]

    async def progress(self, sent: int, total: int, speed: float) -> list:
        return await self.write({"status": "uploading", "progress": math.floor(sent / total * 100), "upload_speed": speed})

    async def completed(self) -> list:
        return await self.write({"status": "completed", "progress": 100, "completed_at": now()})

    async def failed(self, message: str, retry_count: int) -> list:
        return await self.write({"status": "failed", "error_message": message, "retry_count": retry_count})


@pytest.fixture
async def uploader(broker, realtime):
    """A signed-in phone."""
    user = broker.user()
    return await realtime(broker, user), user


@pytest.fixture
async def operator(broker, realtime):
    return await realtime(broker, broker.user("operator"))


@pytest.mark.parametrize("Code", [StopControl, Dashboard])
async def test_an_undisturbed_upload_ends_completed(uploader, rows, Code):
    upload = Code(uploader[0], uploader[1].id)
    await upload.begin()
    for sent in range(0, 101, 10):
        await upload.progress(sent, 100, 2.5)
        assert not await upload.is_stopped()
    await upload.completed()
    row = rows.get(upload.id)
    assert (row["status"], row["progress"], row["late_writes"]) == ("completed", 100, 0)
    assert row["completed_at"] and row["finished_at"]


async def test_an_upload_that_fails_goes_on_when_the_device_speaks_again(uploader, rows):
    upload = Dashboard(uploader[0], uploader[1].id)
    await upload.begin()
    await upload.failed("Network request failed", 1)
    failed = rows.get(upload.id)
    assert (failed["status"], failed["retry_count"], failed["error_message"]) == ("failed", 1, "Network request failed")
    assert failed["finished_at"]
    await upload.progress(30, 100, 1.5)
    again = rows.get(upload.id)
    assert (again["status"], again["progress"], again["finished_at"]) == ("uploading", 30, None)


async def test_retries_are_counted_until_the_last_one_fails(uploader, rows):
    upload = StopControl(uploader[0], uploader[1].id)
    await upload.begin()
    for attempt in range(MAX_RETRIES):
        await upload.caught("timeout", attempt)
        assert (rows.get(upload.id)["status"], rows.get(upload.id)["retry_count"]) == ("retrying", attempt + 1)
    await upload.caught("timeout", MAX_RETRIES)
    assert rows.get(upload.id)["status"] == "failed"


@pytest.mark.parametrize("Code", [StopControl, Dashboard])
async def test_a_stop_is_heard_on_the_uploads_channel_and_survives_three_ways_to_undo_it(uploader, operator, rows, Code):
    upload = Code(uploader[0], uploader[1].id)
    await upload.begin()
    listener = await upload.listen()
    for sent in range(10, 50, 10):
        await upload.progress(sent, 100, 2.5)
    stopped = await operator.rpc("stop_upload", {"upload_id": upload.id, "reason": "wrong file"}).execute()
    assert stopped.data is True
    await upload.cancelled.count(1)
    at_stop = rows.get(upload.id)

    ticked = await upload.write({"status": "uploading", "progress": 90, "upload_speed": 9.5})
    assert (ticked[0]["status"], ticked[0]["progress"]) == ("stopped", at_stop["progress"])
    assert rows.get(upload.id)["stop_acknowledged_at"] is None
    caught = await upload.caught("Upload cancelled by admin", 0)
    assert caught[0]["status"] == "stopped"
    acknowledged = rows.get(upload.id)["stop_acknowledged_at"]
    assert acknowledged >= at_stop["stopped_at"]
    resolved = await upload.completed()
    assert resolved[0]["status"] == "stopped"

    row = rows.get(upload.id)
    assert (row["status"], row["progress"], row["late_writes"]) == ("stopped", at_stop["progress"], 3)
    assert (row["retry_count"], row["completed_at"], row["error_message"]) == (at_stop["retry_count"], None, at_stop["error_message"])
    assert (row["stop_reason"], row["stopped_at"], row["finished_at"]) == ("wrong file", at_stop["stopped_at"], at_stop["finished_at"])
    assert row["stop_acknowledged_at"] == acknowledged
    await listener.channel.unsubscribe()
    await listener.state(CLOSED)


async def test_a_stop_is_found_by_polling(uploader, operator, rows):
    upload = StopControl(uploader[0], uploader[1].id)
    await upload.begin()
    ticks = 0

    async def phone() -> int:
        nonlocal ticks
        while not await upload.is_stopped():
            ticks += 1
            await upload.progress(min(ticks, 100), 100, 1.0)
        return ticks

    working = asyncio.create_task(phone())
    stop = await operator.rpc("stop_upload", {"upload_id": upload.id}).execute()
    assert stop.data is True
    await asyncio.wait_for(working, 15)
    assert rows.get(upload.id)["status"] == "stopped"


async def test_late_ticks_count_and_do_not_acknowledge(uploader, operator, rows):
    upload = Dashboard(uploader[0], uploader[1].id)
    await upload.begin()
    await operator.rpc("stop_upload", {"upload_id": upload.id}).execute()
    for late in range(1, 6):
        await upload.progress(late, 100, 1.0)
        row = rows.get(upload.id)
        assert (row["status"], row["late_writes"], row["stop_acknowledged_at"]) == ("stopped", late, None)


@pytest.mark.parametrize("last_word", ["retrying", "failed", "completed"])
async def test_the_last_word_of_a_device_acknowledges_and_dashboards_hear_it(uploader, operator, rows, last_word):
    upload = Dashboard(uploader[0], uploader[1].id)
    await upload.begin()
    watching = await Listener(operator, f"watch-{last_word}").on("UPDATE", filter=f"id=eq.{upload.id}").subscribe()
    await operator.rpc("stop_upload", {"upload_id": upload.id}).execute()
    await upload.write({"status": last_word})
    requested, confirmed = await watching.changes.count(2)
    assert (requested["record"]["status"], requested["record"]["stop_acknowledged_at"]) == ("stopped", None)
    assert confirmed["record"]["status"] == "stopped" and confirmed["record"]["stop_acknowledged_at"]


async def test_what_a_stopped_upload_still_tells_goes_through(uploader, operator, rows):
    upload = Dashboard(uploader[0], uploader[1].id)
    await upload.begin()
    await operator.rpc("stop_upload", {"upload_id": upload.id}).execute()
    await upload.write({"bytes_sent": 777, "video_title": "late title", "metadata": {"late": True}, "progress": 77})
    row = rows.get(upload.id)
    assert (row["bytes_sent"], row["video_title"], row["metadata"], row["progress"]) == (777, "late title", {"late": True}, 0)


async def test_acknowledging_twice_changes_nothing_and_a_retry_starts_again(uploader, operator, rows):
    phone = uploader[0]
    upload = Dashboard(phone, uploader[1].id)
    await upload.begin()
    await operator.rpc("stop_upload", {"upload_id": upload.id}).execute()
    await phone.rpc("acknowledge_stop", {"upload_id": upload.id}).execute()
    first = rows.get(upload.id)
    await phone.rpc("acknowledge_stop", {"upload_id": upload.id}).execute()
    assert first["stop_acknowledged_at"] and rows.get(upload.id) == first
    assert (await operator.rpc("retry_upload", {"upload_id": upload.id}).execute()).data is True
    assert rows.get(upload.id)["status"] == "pending"
    await upload.progress(20, 100, 1.0)
    await upload.completed()
    assert rows.get(upload.id)["status"] == "completed"
