"""Gather: feeds, pages and files become Articles, politely and safely, and all that was fetched is archived.

Knows HTTP, feeds, HTML, PDF and WARC. Must not know minerals, SQL, spaCy, or any other room but
`orewire.config` and `orewire.model`.
"""
