"""What a failure of the database means for a document on its way."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, InterfaceError

from stockbridge.domain.errors import AnswerLostError


@contextmanager
def as_lost_answer() -> Iterator[None]:
    """Turn a failure of the database into AnswerLostError.

    One transaction takes effect whole or not at all, but a connection that breaks
    while it commits does not say which. Looking up by key costs next to nothing.
    """
    try:
        yield
    except (DatabaseError, InterfaceError) as error:
        raise AnswerLostError(
            "The database did not answer while the back office was writing.",
            remedy="Nothing to do: it is looked up, then tried again. If it stays "
            "so, check the disk and the database server.",
        ) from error
