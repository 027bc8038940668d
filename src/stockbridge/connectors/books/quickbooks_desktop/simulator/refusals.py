"""How QuickBooks says no: a status for one request, an hresult for the whole call."""

from dataclasses import dataclass


class RequestRefusedError(Exception):
    """One request is answered with an error status."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code, self.message = code, message


class ProcessFailureError(Exception):
    """ProcessRequest itself failed: no answer, an hresult for the Web Connector."""

    def __init__(self, hresult: str, message: str) -> None:
        super().__init__(message)
        self.hresult, self.message = hresult, message


@dataclass(slots=True)
class Refusal:
    """A refusal to come: for the next requests whose tag contains `tag`."""

    tag: str
    code: int
    message: str
    times: int = 1
    skip: int = 0  # so many matching requests pass unharmed first


def parse_error() -> ProcessFailureError:
    """Return what a wrong order or an unknown element leads to: no detail."""
    return ProcessFailureError(
        "0x80040400",
        "QuickBooks found an error when parsing the provided XML text stream.",
    )


def dialog_open() -> ProcessFailureError:
    """Return what a dialog box in QuickBooks leads to."""
    return ProcessFailureError(
        "0x80040414", "A modal dialog box is showing in the QuickBooks user interface."
    )


def could_not_start() -> ProcessFailureError:
    """Return what a QuickBooks that may not be opened, or a missing file leads to."""
    return ProcessFailureError("0x80040408", "Could not start QuickBooks.")


def closed_and_unnamed() -> ProcessFailureError:
    """Return what a closed QuickBooks leads to where no file was named."""
    return ProcessFailureError(
        "0x80040416",
        "If the QuickBooks company data file is not open, the name of the data file "
        "must be given.",
    )


def could_not_access() -> ProcessFailureError:
    """Return what a QuickBooks leads to that was closed in the middle."""
    return ProcessFailureError("0x80040401", "Could not access QuickBooks.")


def other_file_open() -> ProcessFailureError:
    """Return what another open company file leads to."""
    return ProcessFailureError(
        "0x8004040A", "A QuickBooks company data file is already open."
    )


def invalid_reference(noun: str, name: str) -> RequestRefusedError:
    """Return what a reference to nothing leads to."""
    return RequestRefusedError(
        3140, f'There is an invalid reference to QuickBooks {noun} "{name}".'
    )


def not_found(txn_id: str) -> RequestRefusedError:
    """Return what a document that is not there leads to."""
    return RequestRefusedError(
        3120, f'Object "{txn_id}" specified in the request cannot be found.'
    )


def name_taken(name: str) -> RequestRefusedError:
    """Return what a taken name leads to."""
    return RequestRefusedError(
        3100, f'The name "{name}" of the list element is already in use.'
    )


def outdated(sequence: str) -> RequestRefusedError:
    """Return what an old edit sequence leads to."""
    return RequestRefusedError(
        3200, f'The provided edit sequence "{sequence}" is out-of-date.'
    )


def not_processed() -> RequestRefusedError:
    """Return what comes after an error under stopOnError."""
    return RequestRefusedError(3231, "The request has not been processed.")
