"""Tell daily: digests and briefs composed from events, in the reader's language; knows no store and no network."""
