"""What our own Protocols ask for, at its simplest: for tests and benchmarks, ours and those of others."""

from __future__ import annotations


class Silent:
    """Nobody is told how it goes."""

    def stage(self, name: str, total: int) -> None:
        """See Progress."""

    def step(self, name: str) -> None:
        """See Progress."""

    def note(self, message: str, **fields: object) -> None:
        """See Progress."""
