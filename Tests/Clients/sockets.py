"""A realtime socket by hand: frames as bytes, both versions, nothing hidden."""

import asyncio
import json
import socket as system
from typing import NamedTuple

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from broker import Broker
from inbox import LIMIT, Inbox

ALL = {"event": "*", "schema": "public"}
UPLOADS = {"event": "*", "schema": "public", "table": "upload_queue"}


class Frame(NamedTuple):
    join_ref: str | None
    ref: str | None
    topic: str
    event: str
    payload: dict


def parse(text: str, vsn: str) -> Frame:
    message = json.loads(text)
    if vsn.startswith("2"):
        assert isinstance(message, list) and len(message) == 5, text
        return Frame(*message)
    assert set(message) == {"topic", "event", "payload", "ref"}, text
    return Frame(None, message["ref"], message["topic"], message["event"], message["payload"])


class Socket:
    """One connection. `frames` holds every text frame, `binary` every binary one."""

    def __init__(self, connection, vsn: str):
        self.connection = connection
        self.vsn = vsn
        self.frames = Inbox()
        self.binary = Inbox()
        self.channels: dict[str, "Channel"] = {}
        self.replies: dict[str, asyncio.Future] = {}
        self.last_ref = 0
        self.reader: asyncio.Task | None = None

    @classmethod
    async def open(cls, broker: Broker, key: str | None = None, vsn: str = "2.0.0", reading: bool = True, **options) -> "Socket":
        """Connects. A socket that does not read has a small receive buffer and stops the kernel's."""
        if not reading:
            host, port = broker.listen.rsplit(":", 1)
            narrow = system.socket()
            narrow.setsockopt(system.SOL_SOCKET, system.SO_RCVBUF, 4096)
            narrow.connect((host, int(port)))
            narrow.setblocking(False)
            options |= {"sock": narrow}
        url = broker.socket_url(key or broker.service, vsn)
        connection = await connect(
            url, compression=None, max_size=None, ping_interval=None, proxy=None,
            max_queue=None if reading else 1, **options,
        )
        socket = cls(connection, vsn)
        if reading:
            socket.read()
        return socket

    def read(self) -> None:
        """Reads from now on, in the background."""
        self.reader = asyncio.create_task(self._read())

    async def _read(self) -> None:
        try:
            async for message in self.connection:
                self._take(message)
            raise ConnectionError(f"closed by the broker: {self.connection.close_code}")
        except (ConnectionClosed, ConnectionError) as closed:
            end = ConnectionError(f"closed: {self.connection.close_code} {closed}")
        except Exception as fault:
            end = fault
        for inbox in [self.frames, self.binary, *(channel.changes for channel in self.channels.values())]:
            inbox.end(end)
        for reply in self.replies.values():
            if not reply.done():
                reply.set_exception(end)
                reply.exception()

    def _take(self, message: str | bytes) -> None:
        if isinstance(message, bytes):
            return self.binary.put(message)
        frame = parse(message, self.vsn)
        if frame.event == "postgres_changes" and (channel := self.channels.get(frame.topic)):
            channel.take(frame.payload)
        elif frame.event == "phx_reply" and (reply := self.replies.pop(frame.ref, None)) and not reply.done():
            reply.set_result(frame.payload)
        self.frames.put(frame)

    # Sending

    def ref(self) -> str:
        self.last_ref += 1
        return str(self.last_ref)

    async def send(self, topic: str, event: str, payload: object, ref: str | None = None, join_ref: str | None = None) -> str | None:
        if self.vsn.startswith("2"):
            message = [join_ref, ref, topic, event, payload]
        else:
            message = {"topic": topic, "event": event, "payload": payload, "ref": ref, "join_ref": join_ref}
        await self.connection.send(json.dumps(message))
        return ref

    async def ask(self, topic: str, event: str, payload: object, join_ref: str | None = None) -> asyncio.Future:
        """Sends, and gives the future of the reply's payload."""
        ref = self.ref()
        reply = self.replies[ref] = asyncio.get_running_loop().create_future()
        await self.send(topic, event, payload, ref, join_ref)
        return reply

    async def call(self, topic: str, event: str, payload: object, join_ref: str | None = None, within: float = LIMIT) -> dict:
        """Sends and waits for the reply's payload."""
        return await asyncio.wait_for(await self.ask(topic, event, payload, join_ref), within)

    async def heartbeat(self) -> dict:
        """A round trip: whatever the broker sent before its answer has arrived too."""
        return await self.call("phoenix", "heartbeat", {})

    async def join(self, name: str, *bindings: dict, token: str | None = None, **config) -> "Channel":
        """Joins; the channel's `reply` says how it went."""
        channel = self.channels[f"realtime:{name}"] = Channel(self, name, str(self.last_ref + 1))
        payload = {"config": {"postgres_changes": list(bindings), **config}}
        if token:
            payload["access_token"] = token
        channel.reply = await self.call(channel.topic, "phx_join", payload, channel.join_ref)
        return channel

    async def join_and_stall(self, name: str, *bindings: dict) -> "Channel":
        """Joins on a socket that does not read, and reads no further than the `system` message after the reply."""
        channel = self.channels[f"realtime:{name}"] = Channel(self, name, str(self.last_ref + 1))
        reply = await self.ask(channel.topic, "phx_join", {"config": {"postgres_changes": list(bindings)}}, channel.join_ref)
        async with asyncio.timeout(LIMIT):
            while not any(frame.event == "system" for frame in self.frames):
                self._take(await self.connection.recv())
        channel.reply = reply.result()
        return channel

    async def closed(self, within: float = LIMIT) -> int:
        """The close code, once there is one."""
        await asyncio.wait_for(self.connection.wait_closed(), within)
        return self.connection.close_code

    async def close(self) -> None:
        if self.reader:
            self.reader.cancel()
        self.connection.transport.abort()


class Channel:
    """A joined topic. `changes` holds the `data` of every row change, in order."""

    def __init__(self, socket: Socket, name: str, join_ref: str):
        self.socket = socket
        self.name = name
        self.topic = f"realtime:{name}"
        self.join_ref = join_ref
        self.reply: dict = {}
        self.changes = Inbox()

    @property
    def ids(self) -> list[int]:
        return [binding["id"] for binding in self.reply["response"]["postgres_changes"]]

    @property
    def head(self) -> tuple[int, object]:
        """Sequence and epoch at registration."""
        return self.reply["response"]["sequence"], self.reply["response"]["epoch"]

    def take(self, payload: dict) -> None:
        self.changes.put(payload["data"])

    async def call(self, event: str, payload: dict) -> dict:
        return await self.socket.call(self.topic, event, payload, self.join_ref)

    async def ask(self, event: str, payload: dict) -> asyncio.Future:
        return await self.socket.ask(self.topic, event, payload, self.join_ref)

    async def push(self, event: str, payload: dict) -> None:
        await self.socket.send(self.topic, event, payload, self.socket.ref(), self.join_ref)

    async def frame(self, event: str, after: int = 0, within: float = LIMIT) -> Frame:
        """The first frame of this topic with that event."""
        return await self.socket.frames.first(lambda frame: frame.topic == self.topic and frame.event == event, within, after)

    async def system(self, match: str, within: float = LIMIT) -> dict:
        """The payload of the first `system` message that contains `match`."""
        def fits(frame: Frame) -> bool:
            return frame.topic == self.topic and frame.event == "system" and match in frame.payload["message"]

        return (await self.socket.frames.first(fits, within)).payload


def row(change: dict) -> dict:
    """The row a change is about: the new one, or of a DELETE what is known of the old."""
    return change.get("record") or change["old_record"]


def about(id: str):
    """Matches the changes of one row."""
    return lambda change: row(change)["id"] == id
