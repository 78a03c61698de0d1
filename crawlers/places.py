"""Places for the transfers of a process: a slow one keeps no other from its turn."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

SLOW_S = 3.0
"""Seconds after which a transfer gives its place to another."""
SPARE = 4


class Places:
    """The transfers that a process makes at once. One that lasts longer than ``SLOW_S`` goes on beside them and gives
    its place to the next, so that an outage of many sites delays no other; beyond ``SPARE`` times the places all wait.
    """

    def __init__(self, places: int) -> None:
        self._quick = asyncio.Semaphore(places)
        self._all = asyncio.Semaphore(places * SPARE)

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        await self._quick.acquire()
        left = asyncio.get_running_loop().call_later(SLOW_S, self._quick.release)
        try:
            async with self._all:
                yield
        finally:
            if left.when() > asyncio.get_running_loop().time():
                left.cancel()
                self._quick.release()
