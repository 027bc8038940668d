"""The computer that the Web Connector runs on: which QuickBooks, which company."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from stockbridge.connectors.webconnector.qwc import QuickBooks

#: What Point of Sale gives instead of host, company and preferences (seen in a log).
POINT_OF_SALE_NOTICE = (
    "HOSTQUERY/COMPANYQUERY/PREFQUERY is currently not supported in QBPOS."
)
_DECLARED = re.compile(r"""\s*<\?xml\b[^>]*?\bencoding\s*=\s*["']([\w.:-]+)["']""")


class HresultError(Exception):
    """QuickBooks did not do it, or did not say that it did: its number and words."""

    def __init__(self, hresult: str, message: str) -> None:
        super().__init__(f"{hresult}: {message}")
        self.hresult = hresult
        self.message = message


class Company(Protocol):
    """A simulated QuickBooks company."""

    def open(self, path: str) -> str:
        """Let QuickBooks open a company file ("": the one that is open).

        A session begins: what lived in the one before (iterators) is gone. Returns what
        the Web Connector then tells as its file. Raises as `process` does: QuickBooks
        is closed, shows a dialog, has another file open.
        """

    def process(self, request: bytes) -> bytes:
        """Do what a request says and answer.

        Raises HresultError, or an error of its own that has `hresult` and `message`.
        """


@runtime_checkable
class _HasHresult(Protocol):
    hresult: str
    message: str


@dataclass(frozen=True, slots=True)
class Computer:
    """QuickBooks on a computer, with what it can open."""

    kind: QuickBooks
    company: Company
    facts: Callable[[], str]
    country: str = "US"
    major_version: int = 16
    minor_version: int = 0

    def process(self, request: str) -> str:
        """Let QuickBooks process a text.

        It keeps of it what its declared encoding can hold; the rest becomes "?".
        """
        try:
            received = request.encode(_codec(request), errors="replace")
        except LookupError:
            raise HresultError(
                "0x80040400",
                "QuickBooks found an error when parsing the provided XML text stream.",
            ) from None
        with _told_as_hresult():
            answer = self.company.process(received)
        return answer.decode(_codec(answer.decode("latin-1")), errors="replace")

    def open(self, path: str) -> str:
        """Let QuickBooks open a company; return what it is called. HresultError."""
        with _told_as_hresult():
            return self.company.open(path)


def with_point_of_sale(company: Company) -> Computer:
    """Return a computer with Point of Sale."""
    return Computer(
        kind=QuickBooks.POINT_OF_SALE,
        company=company,
        facts=lambda: POINT_OF_SALE_NOTICE,
        major_version=3,
    )


def with_desktop(company: Company, facts: Callable[[], str] = str) -> Computer:
    """Return a computer with Desktop.

    `facts` are its answers to the host, company and preferences queries.
    """
    return Computer(kind=QuickBooks.DESKTOP, company=company, facts=facts)


@contextmanager
def _told_as_hresult() -> Iterator[None]:
    """Let an error of a company's own that is shaped alike count as QuickBooks'."""
    try:
        yield
    except Exception as error:
        if isinstance(error, _HasHresult):
            raise HresultError(error.hresult, error.message) from error
        raise


def _codec(text: str) -> str:
    found = _DECLARED.match(text)
    return found.group(1) if found else "utf-8"
