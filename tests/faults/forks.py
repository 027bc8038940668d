"""Running an act in a forked child: it may be killed, and this process lives on."""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its answer, or the signal that killed it."""

    answer: Any
    was_killed: bool
    error: str = ""


def forked(act: Callable[[], Any]) -> Ended:
    """Run `act` in a child and return what it returned, as JSON carries it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        _run(act, writer)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        text = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return Ended(None, os.WTERMSIG(status) == signal.SIGKILL)
    found = json.loads(text) if text else {"error": "the child said nothing"}
    return Ended(found.get("answer"), was_killed=False, error=found.get("error", ""))


def _run(act: Callable[[], Any], writer: int) -> None:
    answer: dict[str, Any]
    try:
        answer = {"answer": act()}
    except BaseException:  # the child's whole story goes to its parent
        answer = {"error": traceback.format_exc()}
    with os.fdopen(writer, "w") as pipe:
        json.dump(answer, pipe)
    sys.stdout.flush()
    os._exit(0)
