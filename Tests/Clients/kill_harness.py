"""kill -9 under load, again and again, and the books that are kept about it.

Publishers write over sockets and HTTP and note what was acknowledged. Subscribers note every change and resume where they were.
The broker is killed after a number of acknowledgements, not after a time. What was in flight is asked again with its idempotency key.
"""

import asyncio
import random
import uuid

import httpx
from websockets.exceptions import WebSocketException

from broker import Broker
from sockets import ALL, Channel, Socket, row
from uploads import Rows

SOCKETS, HTTP, SUBSCRIBERS, WINDOW = 3, 2, 2, 8
LOST = (OSError, EOFError, WebSocketException, httpx.TransportError)


class Publisher:
    """Writes 1, 2, 3 … into one row's `error_message`, and a new row with every tenth; `acknowledged` is in order."""

    def __init__(self, upload: str, owner: str):
        self.upload, self.owner = upload, owner
        self.acknowledged: list[int] = []
        self.inserted: list[str] = []
        self.written = 0
        self.waiting: list[tuple[int, str, dict]] = []

    def request(self) -> tuple[int, str, dict]:
        """The next write: its number, the event, the payload."""
        self.written += 1
        key = f"{self.upload[:8]}-{self.written}"
        if self.written % 10 == 0:
            values = {"id": str(uuid.uuid4()), "user_id": self.owner, "filename": key}
            return self.written, "insert", {"table": "upload_queue", "values": values, "idempotency_key": key}
        values = {"error_message": str(self.written)}
        return self.written, "update", {"table": "upload_queue", "filter": f"id=eq.{self.upload}", "values": values, "idempotency_key": key}

    def acknowledge(self, number: int, event: str, payload: dict) -> None:
        self.acknowledged.append(number)
        if event == "insert":
            self.inserted.append(payload["values"]["id"])


class SocketPublisher(Publisher):
    """A pipeline of `WINDOW` writes over one socket."""

    async def publish(self, broker: Broker, note) -> None:
        """Writes until the connection is lost; what is unanswered waits for the next life."""
        socket = await Socket.open(broker)
        try:
            channel = await socket.join("publish")
            asked = [(write, await channel.ask(*write[1:])) for write in self.waiting]
            while True:
                while len(asked) < WINDOW and not note.enough():
                    write = self.request()
                    self.waiting.append(write)
                    asked.append((write, await channel.ask(*write[1:])))
                if not asked:
                    return
                write, future = asked.pop(0)
                reply = await asyncio.wait_for(future, 20)
                assert reply["status"] == "ok", (write, reply)
                self.acknowledge(*write)
                self.waiting.remove(write)
                note.acknowledged()
        finally:
            await socket.close()


class HTTPPublisher(Publisher):
    """One write at a time over HTTP: a row of its own choice of id, or the next number."""

    async def publish(self, broker: Broker, note) -> None:
        headers = {"apikey": broker.service, "Authorization": f"Bearer {broker.service}"}
        async with httpx.AsyncClient(base_url=f"{broker.url}/rest/v1", headers=headers, timeout=20, trust_env=False) as http:
            while self.waiting or not note.enough():
                if not self.waiting:
                    self.waiting.append(self.request())
                number, event, payload = self.waiting[0]
                if event == "insert":
                    reply = await http.post("/upload_queue", json=payload["values"])
                else:
                    reply = await http.patch(f"/upload_queue?{payload['filter']}", json=payload["values"])
                assert reply.is_success or (event == "insert" and reply.status_code == 409), (number, reply.text)
                self.acknowledge(*self.waiting.pop(0))
                note.acknowledged()


class Subscriber:
    """Hears every change of every table, and resumes after the last one it has."""

    def __init__(self):
        self.changes: list[dict] = []
        self.cursor: tuple[int, object] | None = None
        self.socket: Socket | None = None
        self.channel: Channel | None = None

    async def connect(self, broker: Broker) -> None:
        self.socket = await Socket.open(broker)
        since = {"since": self.cursor[0], "epoch": self.cursor[1]} if self.cursor else {}
        self.channel = await self.socket.join("everything", ALL | since)
        assert self.channel.reply["status"] == "ok", self.channel.reply
        self.cursor = self.cursor or self.channel.head

    async def keep(self) -> None:
        """Takes over what arrived on the connection that was lost."""
        await self.socket.close()
        refused = [frame for frame in self.socket.frames if frame.event == "system" and frame.payload["message"] == "resync_required"]
        assert not refused, "a cursor from before the kill was not reachable"
        self.changes += self.channel.changes
        if self.changes:
            self.cursor = self.changes[-1]["sequence"], self.changes[-1]["epoch"]


class Round:
    """One life of the broker: it ends after a number of acknowledgements."""

    def __init__(self, acknowledgements: int):
        self.left = acknowledgements
        self.over = asyncio.Event()

    def acknowledged(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.over.set()

    def enough(self) -> bool:
        return False


class LastRound(Round):
    """Nothing new is written; what waits is answered."""

    def enough(self) -> bool:
        return True


class KillHarness:
    """The whole run over one data folder; `check()` reads the books."""

    def __init__(self, broker: Broker, seed: int = 1):
        self.broker = broker
        self.chance = random.Random(seed)
        self.publishers: list[Publisher] = []
        self.subscribers = [Subscriber() for _ in range(SUBSCRIBERS)]
        self.origin: tuple[int, object] = (0, None)

    async def run(self, rounds: int) -> None:
        rows = Rows(self.broker)
        owner = rows.owner()
        uploads = rows.uploads(owner, SOCKETS + HTTP)
        self.publishers = [SocketPublisher(id, owner) for id in uploads[:SOCKETS]] + [HTTPPublisher(id, owner) for id in uploads[SOCKETS:]]
        for _ in range(rounds):
            await self.live(Round(self.chance.randint(20, 300)))
            await asyncio.to_thread(self.broker.start)
        await self.live(LastRound(0))

    async def live(self, round: Round) -> None:
        """One life, from connecting to kill -9; the last one ends when everybody has heard of a last row."""
        for subscriber in self.subscribers:
            await subscriber.connect(self.broker)
        tasks = [asyncio.create_task(publisher.publish(self.broker, round)) for publisher in self.publishers]
        if round.enough():
            await asyncio.gather(*tasks)
            sentinel = await asyncio.to_thread(self.sentinel)
            for subscriber in self.subscribers:
                await subscriber.channel.changes.first(lambda change: row(change)["id"] == sentinel, within=60)
        else:
            ended = asyncio.create_task(round.over.wait())
            await asyncio.wait([ended, *tasks], timeout=60, return_when=asyncio.FIRST_COMPLETED)
            ended.cancel()
            reached = round.over.is_set()
            await asyncio.to_thread(self.broker.kill)
            for result in await asyncio.gather(*tasks, return_exceptions=True):
                assert isinstance(result, LOST), result
            assert reached, "the publishers stopped before the kill"
        for subscriber in self.subscribers:
            await subscriber.keep()

    def sentinel(self) -> str:
        return Rows(self.broker).upload(self.publishers[0].owner, video_title="the end")

    def check(self) -> None:
        """Every acknowledged write once and in order; every subscriber without gap or duplicate."""
        rows = Rows(self.broker)
        journal = self.subscribers[0].changes
        for subscriber in self.subscribers:
            sequences = [change["sequence"] for change in subscriber.changes]
            assert sequences == list(range(sequences[0], sequences[0] + len(sequences))), "a gap or a duplicate"
            assert [same(change) for change in subscriber.changes] == [same(change) for change in journal]
        inserts = [row(change)["id"] for change in journal if change["type"] == "INSERT"]
        assert len(inserts) == len(set(inserts))
        stored = {upload["id"]: upload for upload in rows.find("select=id,error_message")}
        for publisher in self.publishers:
            assert publisher.waiting == [] and publisher.acknowledged == list(range(1, publisher.written + 1))
            assert set(publisher.inserted) <= stored.keys() and set(publisher.inserted) <= set(inserts)
            changes = [change["record"] for change in journal if change["type"] == "UPDATE" and row(change)["id"] == publisher.upload]
            heard = [int(record["error_message"]) for record in changes]
            updates = [number for number in publisher.acknowledged if number % 10]
            assert heard == updates, "an acknowledged write is missing, twice or out of order"
            assert stored[publisher.upload]["error_message"] == str(updates[-1])


def same(change: dict) -> tuple:
    """What two subscribers must agree on."""
    return change["sequence"], change["type"], change["table"], change.get("record"), change.get("old_record")
