"""Looking on while work goes on: a progress bar, and Ctrl-C that stops cleanly."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from stockbridge.engine.clock import monotonic_s
from stockbridge.engine.ticks import Deadline
from stockbridge.web.command_line.output import Output

LOOK_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Seen:
    """How far something is."""

    text: str
    done: int = 0
    total: int | None = None


@dataclass(slots=True)
class Watch:
    """Tells how far the work is, and whether it should stop."""

    stopping: threading.Event
    show: Callable[[Seen], None] = lambda _seen: None
    look: Callable[[], Seen] = lambda: Seen("")
    _looked_s: float = field(default=0.0)

    def is_stopping(self) -> bool:
        """Return whether Ctrl-C was pressed; shows progress on the way."""
        if monotonic_s() - self._looked_s >= LOOK_EVERY_S:
            self._looked_s = monotonic_s()
            self.show(self.look())
        return self.stopping.is_set()

    def wait(self, seconds: float) -> None:
        """Wait, unless asked to stop; KeyboardInterrupt when it was."""
        self.stopping.wait(seconds)
        if self.is_stopping():
            raise KeyboardInterrupt

    def deadline(self, seconds: float) -> Deadline:
        """Return when the present job should save and yield."""
        return Deadline(seconds, is_stopping=self.is_stopping)


@contextmanager
def watching(out: Output) -> Iterator[Watch]:
    """Watch work: the first Ctrl-C ends it at its next step, the second at once."""
    stopping = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        if stopping.is_set():
            raise KeyboardInterrupt
        stopping.set()

    before = signal.getsignal(signal.SIGINT)
    is_main = threading.current_thread() is threading.main_thread()
    if is_main:
        signal.signal(signal.SIGINT, stop)
    try:
        if not out.is_watched():
            yield Watch(stopping)
            return
        with _bar(out) as show:
            yield Watch(stopping, show)
    finally:
        if is_main:
            signal.signal(signal.SIGINT, before)


@contextmanager
def _bar(out: Output) -> Iterator[Callable[[Seen], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    console = Console(file=out.err)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None)

        def show(seen: Seen) -> None:
            progress.update(
                task, description=seen.text, completed=seen.done, total=seen.total
            )

        yield show
