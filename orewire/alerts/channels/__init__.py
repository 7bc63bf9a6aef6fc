"""The ways by which messages leave, one file each: mail, webhooks, an Atom feed, a file.

A channel is handed a finished Message and delivers it, or says with one error whether to try again. It knows neither
events nor watches nor the store, and remembers nothing that a ledger should.
"""
