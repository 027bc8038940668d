"""One place to ask what a code means that a person reads somewhere."""

from stockbridge.connectors.webconnector.error_codes import ERROR_CODES
from stockbridge.connectors.webconnector.hresults import hresult_hint, spelt
from stockbridge.ports import Finding, Severity


def explained(code: str) -> Finding:
    """Return what a `QBWC…` number or an hresult means, and what to do."""
    known = ERROR_CODES.get(code.strip().upper())
    if known is not None:
        return Finding(known.code, Severity.ERROR, known.meaning, known.remedy)
    hint = hresult_hint(code)
    return Finding(hint.code or spelt(code), Severity.ERROR, hint.meaning, hint.remedy)
