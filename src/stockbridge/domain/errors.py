"""What can go wrong, and who acts on it.

The class decides what the queue does; nobody reads messages to decide.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stockbridge.domain.blaming import NamedRecord


class SyncError(Exception):
    """Something went wrong; `remedy` tells the person who reads it what to do.

    `field` names where (dotted path, "" = whole, or not known), `record` which record
    of a refused document it is about, where that is known.
    """

    record: "NamedRecord | None" = None

    def __init__(
        self, message: str, *, remedy: str = "", code: str = "", field: str = ""
    ) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy
        self.code = code or type(self).__name__
        self.field = field


class RetryableError(SyncError):
    """We wait and try again: network down, rate limit, file busy.

    `retry_after_s` is the other side's wish (`Retry-After`); None: ours to choose.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        code: str = "",
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, remedy=remedy, code=code)
        self.retry_after_s = retry_after_s


class NotSentError(RetryableError):
    """The request certainly never reached the other side; sending again is safe."""


class AnswerLostError(RetryableError):
    """The request may have taken effect: its answer got lost. Look it up first."""


class ActionNeededError(SyncError):
    """A person acts, then the work goes on."""


class SignInError(ActionNeededError):
    """The other system no longer accepts our keys."""


class MappingError(ActionNeededError):
    """Something has no counterpart yet: an item, an account, a payment method."""


class SettingNeededError(MappingError):
    """A setting of the connection is missing, or names what is gone: `field`.

    One choice there mends all documents that wait for it. `also` names settings that
    would mend it, too.
    """

    def __init__(
        self,
        message: str,
        *,
        field: str,
        remedy: str = "",
        code: str = "",
        also: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message, remedy=remedy, code=code, field=field)
        self.also = also

    @property
    def settings(self) -> tuple[str, ...]:
        """All settings that may be changed to mend it, the foremost first."""
        return (self.field, *self.also)


class ConflictError(ActionNeededError):
    """Both sides changed the same thing, or a name is taken."""


class InvalidInputError(ActionNeededError):
    """The input breaks a rule; `field` names where (dotted path, "" = whole)."""


class DefectError(SyncError):
    """A developer acts: we broke a rule of our own."""
