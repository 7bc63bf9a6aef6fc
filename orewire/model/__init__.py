"""The plain types and Protocols that every room shares; standard library only, no I/O.

article.py    what was gathered: Entry, Article
feed.py       whom we ask, and what they said: FeedSpec, FeedState, Poll
analysis.py   what one article says: Mention, Stance, Analysis
event.py      what happened, and how it is asked for: Event, Filters, Trend
hit.py        articles found by their words: Hit, Excerpt
message.py    what is told: Message
codes.py      the closed vocabularies of the codebook
errors.py     the tree of errors
"""
