"""Keep and ask: DuckDB holds articles, stories, mentions and events, and the queues between the steps.

Knows SQL and how mentions become events. Must not know HTTP, spaCy, or any other room but
`orewire.config` and `orewire.model`.
"""
