"""The product around gathering, understanding and keeping: configuration, pipeline, service, commands."""
