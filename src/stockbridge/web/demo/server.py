"""Our own server beside the demonstration, so that QuickBooks can call it."""

import os
import socket
import subprocess
import sys
import time
from typing import Protocol

_START_S, _STOP_S, _PAUSE_S = 60.0, 10.0, 0.1


class Server(Protocol):
    """A server of ours that QuickBooks can call."""

    @property
    def address(self) -> str:
        """Where it listens."""

    def wait(self) -> None:
        """Wait until it answers."""

    def close(self) -> None:
        """Stop it."""


class OwnServer:
    """`stockbridge serve` in a process of its own; work is done elsewhere."""

    def __init__(self) -> None:
        self.port = _free_port()
        command = [sys.executable, "-m", "stockbridge", "serve", "--no-worker"]
        self._process = subprocess.Popen(  # – ourselves
            [*command, "--port", str(self.port)],
            env=dict(os.environ),
            stdout=subprocess.DEVNULL,
        )

    @property
    def address(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def wait(self) -> None:
        """Wait until it answers; raises RuntimeError if it never does."""
        until = time.monotonic() + _START_S
        while time.monotonic() < until:
            if self._process.poll() is not None:
                break
            if _answers(self.port):
                return
            time.sleep(_PAUSE_S)
        self.close()
        raise RuntimeError("The demonstration's own server does not start.")

    def close(self) -> None:
        """Stop it."""
        self._process.terminate()
        try:
            self._process.wait(timeout=_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
