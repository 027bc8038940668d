"""The computer that the Web Connector runs on: which QuickBooks, which company."""

import re
from collections.abc import Callable
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

    def begin_session(self) -> None:
        """Begin another session: what lived in the one before (iterators) is gone."""

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
    """QuickBooks on a computer, with a company that can be opened.

    `open_company` takes a path ("" = the company that is open), returns what the Web
    Connector then tells as its file, and raises HresultError.
    """

    kind: QuickBooks
    company: Company
    open_company: Callable[[str], str]
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
        try:
            answer = self.company.process(received)
        except Exception as error:
            if isinstance(error, _HasHresult):
                raise HresultError(error.hresult, error.message) from error
            raise
        return answer.decode(_codec(answer.decode("latin-1")), errors="replace")

    def open(self, path: str) -> str:
        """Open the company and begin a session; return what it is called."""
        name = self.open_company(path)
        self.company.begin_session()
        return name


def with_point_of_sale(company: Company, name: str = "Mug Shop") -> Computer:
    """Return a computer with Point of Sale, whose company is open."""
    return Computer(
        kind=QuickBooks.POINT_OF_SALE,
        company=company,
        open_company=lambda _path: name,  # the name of the company, never a path
        facts=lambda: POINT_OF_SALE_NOTICE,
        major_version=3,
    )


def with_desktop(
    company: Company,
    path: str = "C:\\Books\\Mug Shop.qbw",
    facts: Callable[[], str] = str,
) -> Computer:
    """Return a computer with Desktop, whose company is open.

    `facts` are its answers to the host, company and preferences queries.
    """
    return Computer(
        kind=QuickBooks.DESKTOP,
        company=company,
        open_company=lambda asked: asked or path,
        facts=facts,
    )


def _codec(text: str) -> str:
    found = _DECLARED.match(text)
    return found.group(1) if found else "utf-8"
