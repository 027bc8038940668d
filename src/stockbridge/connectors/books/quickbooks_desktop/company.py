"""Which company file is open, which QuickBooks, and whether it is the right one."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from uuid import UUID

from stockbridge.connectors.books.quickbooks_desktop import naming
from stockbridge.connectors.books.quickbooks_desktop.qbxml import (
    Element,
    leaf,
    request,
    text_of,
)
from stockbridge.connectors.books.quickbooks_desktop.settings import (
    QuickBooksDesktopSettings,
)
from stockbridge.connectors.webconnector import OWNER_ID as APPLICATION_ID
from stockbridge.ports import CheckCompany, CompanyChecked, ConnectionReport
from stockbridge.ports.links import Finding, Severity

#: Our application's id in the .qwc file, under which the Web Connector stamps a
#: company file. A connection's facts may name another (`owner_id`).
OWNER_ID = f"{{{APPLICATION_ID}}}"
STAMP = "FileID"
OLDEST, NEWEST = Decimal("13.0"), Decimal("16.0")


def version_of(settings: QuickBooksDesktopSettings, facts: Mapping[str, str]) -> str:
    """Return the qbXML version to speak: the chosen one, or what QuickBooks knows."""
    if settings.qbxml_version != "auto":
        return settings.qbxml_version
    return facts.get("qbxml_version") or str(OLDEST)


def check_requests(ask: CheckCompany, facts: Mapping[str, str]) -> list[Element]:
    """Return the queries; the stamp is asked for by our application's id."""
    owner = facts.get("owner_id") or OWNER_ID
    return [
        request("HostQueryRq", naming.request_id(ask.attempt_id)),
        request(
            "CompanyQueryRq",
            naming.request_id(ask.attempt_id, 2),
            leaf("OwnerID", owner),
        ),
    ]


def checked(
    ask: CheckCompany,
    host: Element | None,
    company: Element | None,
    settings: QuickBooksDesktopSettings,
    facts: Mapping[str, str],
) -> CompanyChecked:
    """Return what the answers say of the company that is open."""
    stamp = _stamp(company, facts.get("owner_id") or OWNER_ID)
    found = [
        *_findings_of_file(stamp, facts.get("file_id", "")),
        *_findings_of_host(host, settings),
    ]
    name = text_of(company, "CompanyName")
    if not found:
        message = f"QuickBooks answers; {name or 'the company file'} is open."
        found = [Finding("open", Severity.OK, message)]
    told = {
        "company": name,
        "country": text_of(host, "Country"),
        "currency": settings.currency,
        "product": text_of(host, "ProductName"),
        "file_mode": text_of(host, "QBFileMode"),
        "qbxml_version": _newest_known(host),
    }
    version = f"{text_of(host, 'MajorVersion')}.{text_of(host, 'MinorVersion')}"
    report = ConnectionReport(
        findings=tuple(found),
        version=version.strip("."),
        facts={name: value for name, value in told.items() if value},
    )
    # Without a stamp the name has to do: a file that loses or gains one is asked about.
    identity = stamp or f"unstamped:{name}"
    return CompanyChecked(ask.attempt_id, report, identity=identity)


def _stamp(company: Element | None, owner: str) -> str:
    rows = [] if company is None else company.findall("DataExtRet")
    for row in rows:
        is_ours = _guid(text_of(row, "OwnerID")) == _guid(owner)
        if is_ours and text_of(row, "DataExtName") == STAMP:
            return _guid(text_of(row, "DataExtValue"))
    return ""


def _guid(text: str) -> str:
    """Return a GUID in one form, whatever its braces and letters; else the text."""
    try:
        return f"{{{UUID(text.strip())}}}"
    except ValueError:
        return text.strip().casefold()


def _findings_of_file(stamp: str, expected: str) -> list[Finding]:
    if not stamp:
        return [
            Finding(
                "unstamped",
                Severity.WARNING,
                "The company file carries no sign of our Web Connector file yet.",
                "Run the Web Connector once with the file from this page; it signs "
                "the company file by itself.",
            )
        ]
    if expected and stamp != _guid(expected):
        return [
            Finding(
                "other_company",
                Severity.ERROR,
                "Another company file is open than the one that was connected.",
                "Open the right company file in QuickBooks, or connect this one on a "
                "connection of its own.",
            )
        ]
    return []


def _findings_of_host(
    host: Element | None, settings: QuickBooksDesktopSettings
) -> list[Finding]:
    found = []
    known = _versions(host)
    wanted = settings.qbxml_version
    needed = OLDEST if wanted == "auto" else Decimal(wanted)
    if known and max(known) < needed:
        found.append(
            Finding(
                "too_old",
                Severity.ERROR,
                f"This QuickBooks knows qbXML up to {max(known)}; {needed} is needed.",
                "Update QuickBooks, or choose an older qbXML version.",
            )
        )
    country = text_of(host, "Country")
    if country and country != "US":
        found.append(
            Finding(
                "country",
                Severity.WARNING,
                f"QuickBooks for {country}: tax is booked as in the US edition.",
                "Try it with one order first, and compare its tax.",
            )
        )
    return found


def _versions(host: Element | None) -> list[Decimal]:
    rows = [] if host is None else host.findall("SupportedQBXMLVersion")
    found = []
    for row in rows:
        try:
            found.append(Decimal((row.text or "").strip()))
        except InvalidOperation:
            continue  # "CA3.0": another country's edition
    return found


def _newest_known(host: Element | None) -> str:
    usable = [one for one in _versions(host) if OLDEST <= one <= NEWEST]
    return str(max(usable)) if usable else ""
