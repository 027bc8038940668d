"""The server as it is started: who may read its files, who can keep it busy."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from stockbridge.engine.clock import monotonic_s

SILENT_CALLERS = 100


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a home folder that somebody made for all to read."""
    tmp_path.chmod(0o755)
    return tmp_path


@pytest.fixture
def port(home: Path) -> Iterator[int]:
    """Serve, and return where."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    own = {"STOCKBRIDGE_HOME": str(home), "STOCKBRIDGE_DATABASE": ""}
    command = [sys.executable, "-m", "stockbridge", "serve", "--port", str(number)]
    with subprocess.Popen(
        command,
        env={**os.environ, **own},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        try:
            for line in server.stdout:
                if "Started worker" in line:
                    break
            wait_until_it_listens(number)
            yield number
        finally:
            os.killpg(server.pid, signal.SIGKILL)


def test_a_crowd_that_says_nothing_keeps_nobody_out(port: int) -> None:
    assert ask(port, timeout_s=60) == 200

    with ExitStack() as crowd:
        for _ in range(SILENT_CALLERS):
            crowd.enter_context(socket.create_connection(("127.0.0.1", port)))

        # The silent ones are sent away after ten seconds: this does not wait for it.
        assert ask(port, timeout_s=8) == 200


def test_what_is_kept_is_for_the_account_that_runs_it(port: int, home: Path) -> None:
    assert port

    modes = {one.name: one.stat().st_mode & 0o077 for one in home.iterdir()}

    assert "stockbridge.sqlite3" in modes
    assert {name: mode for name, mode in modes.items() if mode} == {}


def wait_until_it_listens(port: int) -> None:
    """Return once the worker that says it has started takes connections, too."""
    ends_at, pause = monotonic_s() + 30, threading.Event()
    while monotonic_s() < ends_at:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        pause.wait(0.05)
    raise AssertionError("It does not listen.")


def ask(port: int, *, timeout_s: float) -> int:
    """Return the status of the first page."""
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    with closing(caller):
        caller.request("GET", "/welcome/")
        return caller.getresponse().status


def test_a_reader_that_has_enough_is_no_error_of_a_command(home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        [sys.executable, "-m", "stockbridge", "help"],
        env={**os.environ, "STOCKBRIDGE_HOME": str(home)},
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_a_port_that_is_taken_is_refused_and_not_shared(home: Path, port: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stockbridge", "serve", "--port", str(port)],
        env={**os.environ, "STOCKBRIDGE_HOME": str(home), "STOCKBRIDGE_DATABASE": ""},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in done.stderr
