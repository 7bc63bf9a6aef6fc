"""Tell on request: the HTTP API of the service, and the client that commands use to ask it."""
