"""Calling commands in tests, as a person or a program would type them."""

import json
import shlex
from dataclasses import dataclass
from io import StringIO
from typing import Any

from django.core.management import call_command

Json = Any  # what it holds is for each test to know


@dataclass(frozen=True)
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Json:
        """Its JSON document."""
        return json.loads(self.out)

    @property
    def problem(self) -> dict[str, Any]:
        """Why it failed, as programs read it: the last thing on standard error."""
        _, begin, rest = self.err.rpartition('{\n  "error"')
        found: dict[str, Any] = json.loads(begin + rest)["error"]
        return found


def typed(line: str, *, stdin: str = "") -> Result:
    """Call a command as it is typed, without the word stockbridge.

    `stdin` is what is typed, or piped, while it runs.
    """
    words = shlex.split(line)
    out, err = StringIO(), StringIO()
    own = {"stdin": StringIO(stdin)} if stdin else {}
    name = words[0].replace("-", "_")
    try:
        call_command(name, *words[1:], stdout=out, stderr=err, **own)
    except SystemExit as end:
        return Result(int(str(end.code or 0)), out.getvalue(), err.getvalue())
    return Result(0, out.getvalue(), err.getvalue())


def asked(line: str, *, stdin: str = "") -> Result:
    """Call a command as a program does: with --json."""
    return typed(f"{line} --json", stdin=stdin)


def given(line: str, *, stdin: str = "") -> Json:
    """Return the document of a command that must succeed."""
    result = asked(line, stdin=stdin)
    assert result.code == 0, result.err
    return result.data
