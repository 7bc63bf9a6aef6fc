"""Tell at once: watches matched against new and changed events."""
