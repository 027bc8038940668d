"""QuickBooks on a computer: which company file it has open, what is in its way."""

from dataclasses import dataclass, field

from stockbridge.connectors.books.quickbooks_desktop.simulator.company import Company
from stockbridge.connectors.books.quickbooks_desktop.simulator.refusals import (
    closed_and_unnamed,
    could_not_access,
    could_not_start,
    dialog_open,
    other_file_open,
)

PATH = "C:\\Books\\Mug Shop.qbw"


@dataclass(slots=True)
class Program:
    """QuickBooks and the company files on its computer.

    One file is open at a time. A person has it open, or QuickBooks is closed and opens
    a file that is named, for one session: "allow access even if QuickBooks is not
    running". How a file that is not there is refused nobody wrote down (?).
    """

    files: dict[str, Company]  # by path
    shown: str = ""  # the file that a person has open; "": QuickBooks is closed
    has_dialog: bool = False
    may_start: bool = True  # it may be opened while nobody has it open
    _file: Company | None = field(default=None, init=False)  # of the session

    def open(self, path: str) -> str:
        """Open a file and begin a session; ProcessFailureError."""
        self._file = None
        if self.has_dialog:
            raise dialog_open()
        if not path and not self.shown:
            raise closed_and_unnamed()
        found = self._path_of(path or self.shown)
        if self.shown and found != self.shown:
            raise other_file_open()
        if not found or (not self.shown and not self.may_start):
            raise could_not_start()
        self._file = self.files[found]
        self._file.begin_session()
        return found

    def process(self, request: bytes) -> bytes:
        """Answer a message set from the file that was opened; ProcessFailureError."""
        if self.has_dialog:
            raise dialog_open()
        if self._file is None:
            raise could_not_access()
        return self._file.process(request)

    def close(self) -> None:
        """Let a person close QuickBooks, in the middle of a session, too."""
        self.shown, self._file = "", None

    def _path_of(self, path: str) -> str:
        """Return the path as it is on the disk; Windows takes any case. "": none."""
        wanted = path.casefold()
        return next((one for one in self.files if one.casefold() == wanted), "")


def with_file_open(company: Company, path: str = PATH) -> Program:
    """Return a QuickBooks in which somebody has this file open."""
    return Program({path: company}, shown=path)
