"""What the simulated company says when it does not do something.

Known codes are 0, 1 and 20004. The others are borrowed from qbXML, whose severities
POS shares; no public list of its own exists.
"""


class RefusalError(Exception):
    """A request that is answered with an error status."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


def not_found(what: str, record_id: str) -> RefusalError:
    """Return the refusal of a reference to nothing."""
    return RefusalError("3120", f"Object {what} {record_id} specified cannot be found.")


def locked(what: str, record_id: str) -> RefusalError:
    """Return the refusal of a record that somebody has open."""
    return RefusalError(
        "3176", f"The {what} {record_id} could not be locked: it is in use."
    )


def unbalanced(difference: str) -> RefusalError:
    """Return what POS says of tenders that are not the total (captured words)."""
    return RefusalError(
        "20004",
        f"The receipt is not balanced. Undefined amount is {difference}.",
    )


def not_equal(name: str) -> RefusalError:
    """Return the refusal of a line that is not quantity times price."""
    return RefusalError(
        "3045", f"The extended price of {name} is not quantity x price."
    )


def dead_iterator(iterator: str) -> RefusalError:
    """Return the refusal of an iterator of another session."""
    return RefusalError(
        "3391", f"The iterator {iterator} is not valid in this session."
    )
