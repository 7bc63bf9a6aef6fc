"""One small file for each kind of source; each holds a `READER` (ingest/reader.py). A new file is a new kind."""
