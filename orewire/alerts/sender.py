"""Hand messages to their channels, each channel at its own pace, and tell how each try went.

What is due waits in the ledger; a try ends there, too. Killed in between, the same message is tried again under the
same key, by which the other side knows it.
"""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from orewire.model.errors import DeliveryError, DeliveryUnclear, StoreError, UsageError
from orewire.model.ledger import Delivery
from orewire.model.message import Message
from orewire.model.ports import Channel

FIRST_REST: Final = timedelta(seconds=5)
LONGEST_REST: Final = timedelta(hours=1)
"""Between two tries, at first and at most: each time twice as long, and a bit more or less."""
GIVEN_UP_AFTER: Final = timedelta(days=3)
LEAST_TRIES: Final = 10
"""Three quarters of an hour: so long a message is tried even if orewire was switched off for days before."""
UNCLEAR_TRIES: Final = 4
"""A message that may have arrived is not tried for ever: the other side may not know it by its key."""
_RECORD_REST: Final = 2.0
_LAST_WORDS: Final = 5.0
"""Seconds in which the ledger learns, after all is broken off, what had been sent."""
_SHOWN: Final = 300

Record = Callable[[Delivery], Awaitable[None]]
"""Writes how a try went into the ledger; StoreError where that cannot be done now."""
Reached = Callable[[Delivery], Channel]
"""The channel of a delivery; UsageError where it is no longer there, DeliveryError where it cannot be used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a try met: nothing where the message was delivered."""

    error: DeliveryError | None = None


class Sender:
    """One task a channel that has something to send; a channel that stalls holds up no other."""

    def __init__(self, reached: Reached, record: Record, clock: Callable[[], datetime]) -> None:
        self._reached, self._record, self._clock = reached, record, clock
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._keeping: set[asyncio.Task[None]] = set()

    @property
    def busy(self) -> Collection[str]:
        """Channels that have not done what they were given."""
        return [name for name, task in self._tasks.items() if not task.done()]

    def start(self, due: Iterable[Delivery], messages: Mapping[str, Message]) -> None:
        """Begin to send; none of the channels may be busy."""
        by_channel: defaultdict[str, list[Delivery]] = defaultdict(list)
        for delivery in due:
            by_channel[delivery.channel].append(delivery)
        for name, deliveries in by_channel.items():
            self._tasks[name] = asyncio.create_task(self._send_all(deliveries, messages))

    async def finish(self) -> None:
        """Wait until all is sent that was begun."""
        await asyncio.gather(*self._tasks.values())

    async def stop(self) -> None:
        """Break off; what was under way is tried again some day, what was sent is still recorded."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        if self._keeping:
            await asyncio.wait(self._keeping, timeout=_LAST_WORDS)
        for task in self._keeping:
            task.cancel()

    async def _send_all(self, deliveries: Sequence[Delivery], messages: Mapping[str, Message]) -> None:
        """In their order; where the channel itself fails, the rest waits for its next turn."""
        for delivery in deliveries:
            outcome = await self._try(delivery, messages[delivery.message])
            keeping = asyncio.create_task(self._keep(after_try(delivery, outcome, self._clock())))
            self._keeping.add(keeping)
            keeping.add_done_callback(self._keeping.discard)
            await asyncio.shield(keeping)
            if outcome.error and not outcome.error.is_final:
                return

    async def _try(self, delivery: Delivery, message: Message) -> Outcome:
        try:
            await self._reached(delivery).send(message)
        except DeliveryError as error:
            return Outcome(error=error)
        except UsageError as error:
            return Outcome(error=DeliveryError("no_channel", str(error), is_final=True))
        except Exception as error:  # noqa: BLE001 - a bug of ours over one message must not stop the next, or spin
            return Outcome(error=DeliveryError("bug", repr(error)))
        return Outcome()

    async def _keep(self, delivery: Delivery) -> None:
        """Until the ledger has it: what was sent and is not known to be would be sent again."""
        while True:
            try:
                await self._record(delivery)
                return
            except StoreError:
                await asyncio.sleep(_RECORD_REST)


def after_try(delivery: Delivery, outcome: Outcome, now: datetime) -> Delivery:
    """What the ledger keeps of a try."""
    attempts, error = delivery.attempts + 1, outcome.error
    tried = replace(delivery, attempts=attempts, error=str(error)[:_SHOWN] if error else None)
    if error is None:
        return replace(tried, state="sent", ended_at=now)
    is_too_unclear = isinstance(error, DeliveryUnclear) and attempts >= UNCLEAR_TRIES
    is_too_old = now - delivery.created > GIVEN_UP_AFTER and attempts >= LEAST_TRIES
    if error.is_final or is_too_unclear or is_too_old:
        return replace(tried, state="dead", ended_at=now)
    return replace(tried, due=now + rest_after(attempts, error.retry_after))


def rest_after(attempts: int, asked: float | None) -> timedelta:
    """How long to wait after so many tries, no less than the other side asked for."""
    doubled: timedelta = min(FIRST_REST * 2 ** min(attempts - 1, 20), LONGEST_REST)
    return max(doubled * random.uniform(0.8, 1.2), timedelta(seconds=asked or 0))  # noqa: S311 - to spread tries
