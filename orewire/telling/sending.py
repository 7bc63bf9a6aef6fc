"""What is due, handed to the sender; how each try went, kept."""

from __future__ import annotations

from typing import Final

from orewire.alerts.reach import Reach
from orewire.alerts.sender import Reached, Sender
from orewire.model.ledger import Delivery
from orewire.model.ports import Channel
from orewire.rooms import Rooms
from store.outbox import due_deliveries, get_messages

_AT_ONCE: Final = 40
"""Deliveries taken at a time: their messages, pictures too, are held in memory."""


def start_sending(rooms: Rooms, sender: Sender) -> int:
    """Hand over what is due to channels that are free; how much."""
    due = due_deliveries(rooms.connection, rooms.clock(), except_for=sender.busy, limit=_AT_ONCE)
    sender.start(due, get_messages(rooms.connection, {one.message for one in due}) if due else {})
    return len(due)


def reached_by(reach: Reach) -> Reached:
    """How a delivery finds its channel: the key of a message is its kind, the name of its watch or digest, a number."""

    def reached(delivery: Delivery) -> Channel:
        _, _, rest = delivery.message.partition("/")
        return reach.get(delivery.channel, list_name=rest.rpartition("/")[0])

    return reached
