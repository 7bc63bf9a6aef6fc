"""Understand: an Article becomes an Analysis (minerals, places, projects, actors, events, stances).

Knows language, the lexicons and the codebook in nlp/data. Must not know HTTP, SQL, or any other room but
`orewire.config` and `orewire.model`.
"""
