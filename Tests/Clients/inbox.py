"""Waiting for what arrives: every wait ends with an event or with a limit, never with a pause."""

import asyncio
from collections.abc import Callable

LIMIT = 15.0
"""Seconds that a test waits for something that must come. An upper bound, never a measurement."""


class Inbox(list):
    """What a callback or a reader received, in order; awaitable."""

    def __init__(self):
        super().__init__()
        self.grown = asyncio.Event()
        self.ended: BaseException | None = None

    def put(self, item: object) -> None:
        self.append(item)
        self.grown.set()

    def end(self, reason: BaseException) -> None:
        """Nothing more will come: whoever waits gets `reason`."""
        self.ended = reason
        self.grown.set()

    async def until(self, claim: Callable[["Inbox"], object], within: float = LIMIT):
        """The first true answer of `claim` about everything received so far."""
        async def answer():
            while not (found := claim(self)):
                if self.ended:
                    raise self.ended
                self.grown.clear()
                await self.grown.wait()
            return found

        try:
            return await asyncio.wait_for(answer(), within)
        except asyncio.TimeoutError:
            tail = "\n".join(repr(item)[:300] for item in self[-10:])
            raise AssertionError(f"not within {within} s; {len(self)} received, the last:\n{tail}") from None

    async def first(self, match: Callable[[object], object], within: float = LIMIT, after: int = 0):
        """The first item at or after position `after` that matches."""
        seen = after

        def claim(items):
            nonlocal seen
            while seen < len(items):
                seen += 1
                if match(items[seen - 1]):
                    return [items[seen - 1]]
            return None

        return (await self.until(claim, within))[0]

    async def count(self, number: int, within: float = LIMIT) -> list:
        """The first `number` items."""
        return (await self.until(lambda items: len(items) >= number and [items[:number]], within))[0]
