"""Tell daily: a digest composed from events, as text and HTML."""
