"""Writing files: never over another one, and readable by nobody else."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from stockbridge.domain.errors import ActionNeededError, InvalidInputError
from stockbridge.web.command_line.output import Output


def written(out: Output, place: str, lines: Iterable[str]) -> None:
    """Write lines to a file, or to standard output where the place is "-"."""
    if place == "-":
        for line in lines:
            out.out.write(line)
        return
    with new_file(Path(place)) as file:
        for line in lines:
            file.write(line.encode())
    out.say(f"Written to {place}.")


@contextmanager
def new_file(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that was not there before; what fails half-way is removed."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as error:
        raise InvalidInputError(
            f"{path} exists already.", field="to", remedy="Choose another name."
        ) from error
    except OSError as error:
        raise ActionNeededError(
            f"{path} cannot be written: {error.strerror}.",
            remedy="Choose another folder.",
        ) from error
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise
