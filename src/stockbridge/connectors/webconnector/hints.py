"""One place to ask what a code means that a person reads somewhere."""

from stockbridge.connectors.webconnector.error_codes import ERROR_CODES
from stockbridge.connectors.webconnector.hresults import hresult_hint, spelt
from stockbridge.ports import Fault, Finding, Severity


def explained(code: str) -> Finding:
    """Return what a `QBWC…` number or an hresult means, and what to do."""
    known = ERROR_CODES.get(code.strip().upper())
    if known is not None:
        return Finding(known.code, Severity.ERROR, known.meaning, known.remedy)
    hint = hresult_hint(code)
    return Finding(hint.code or spelt(code), Severity.ERROR, hint.meaning, hint.remedy)


def fault_words(fault: Fault) -> str:
    """Return what a person is told about a fault: ours first, QuickBooks' words last.

    QuickBooks' own text is kept: for some codes it alone says what is the matter.
    """
    hint = hresult_hint(fault.hresult)
    said = " ".join(fault.message.split())
    code = f" ({spelt(fault.hresult)})" if fault.hresult else ""
    quote = f" QuickBooks said: “{said}”" if said else ""
    return f"{hint.meaning} {hint.remedy}{quote}{code}"
