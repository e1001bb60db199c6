"""Channels of the official Python client, with what they report as inboxes."""

from realtime import AsyncRealtimeChannel, RealtimeSubscribeStates
from supabase import AsyncClient

from inbox import LIMIT, Inbox

SUBSCRIBED = RealtimeSubscribeStates.SUBSCRIBED
CHANNEL_ERROR = RealtimeSubscribeStates.CHANNEL_ERROR
CLOSED = RealtimeSubscribeStates.CLOSED


class Listener:
    """One channel: `states`, `systems`, `broadcasts`, and the `data` of the changes of every binding in `changes`."""

    def __init__(self, client: AsyncClient, name: str, ack: bool = False, own: bool = False):
        config = {"broadcast": {"ack": ack, "self": own}, "presence": {"key": "", "enabled": False}, "private": False}
        self.channel: AsyncRealtimeChannel = client.channel(name, {"config": config})
        self.states, self.systems, self.changes, self.broadcasts = Inbox(), Inbox(), Inbox(), Inbox()
        self.channel.on_system(self.systems.put)

    def on(self, event: str = "*", table: str = "upload_queue", filter: str | None = None, into: Inbox | None = None, **more) -> "Listener":
        """Adds a binding whose changes go to `into` (the common inbox otherwise)."""
        inbox = self.changes if into is None else into
        self.channel.on_postgres_changes(event, lambda payload: inbox.put(payload["data"]), table=table, filter=filter, **more)
        return self

    def on_broadcast(self, event: str = "*") -> "Listener":
        self.channel.on_broadcast(event, self.broadcasts.put)
        return self

    async def subscribe(self) -> "Listener":
        await self.channel.subscribe(lambda state, error: self.states.put((state, error)))
        assert self.states and self.states[0][0] == SUBSCRIBED, self.states
        return self

    async def state(self, wanted: RealtimeSubscribeStates, after: int = 0, within: float = LIMIT):
        return await self.states.first(lambda report: report[0] == wanted, within, after)
