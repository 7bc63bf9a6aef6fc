"""The service stops when it is told to, whoever is still talking to it."""

from __future__ import annotations

import signal
import socket
import subprocess
import time
from urllib.parse import urlsplit

import pytest

from orewire.service import find_service
from tests.e2e.conftest import environment, wait_for_service
from tests.e2e.serving import configure

pytestmark = pytest.mark.e2e
HALF = b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n"


def test_half_a_request_does_not_keep_it(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Within half a minute it is gone, in good order, though somebody never sends the rest of a form."""
    cli = configure(tmp_path_factory.mktemp("half"))
    with (cli.folder / "log").open("wb") as log:
        process = subprocess.Popen(cli.arguments("serve"), env=environment(), stderr=log)
    try:
        wait_for_service(cli, process)
        address = find_service(cli.folder / "data" / "orewire.duckdb")
        assert address
        parts = urlsplit(address.url)
        with socket.create_connection((parts.hostname, parts.port), timeout=10) as half:
            half.sendall(HALF)
            time.sleep(1)  # until its head was read
            process.send_signal(signal.SIGTERM)
            assert 0 == process.wait(30)
    finally:
        process.kill()
        process.wait()
