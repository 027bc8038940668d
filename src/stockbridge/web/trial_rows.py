"""A trial in the words of the trade, for the screen and the command line."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from stockbridge.domain.planning import Outcome
from stockbridge.domain.trial import (
    NEW_CUSTOMER,
    Booking,
    MoneyTally,
    RuleTally,
    Tried,
    by_account,
    by_document,
)
from stockbridge.engine.trials import Trial
from stockbridge.web.api.shapes.trials import tallies_of
from stockbridge.web.cells import money
from stockbridge.web.option_words import CHOICES
from stockbridge.web.rule_lists import RuleLists
from stockbridge.web.rule_words import LABELS, form_words
from stockbridge.web.state_words import KINDS, OUTCOMES
from stockbridge.web.text import Text

SHOWN_MAX = 200
_BOOKED = gettext_lazy("booked")
_LABELS: Mapping[str, Text] = {
    **LABELS,
    "document": LABELS["form"],
    "number": gettext_lazy("Number"),
    "customer": LABELS["customers"],
}
_RECORDS = {"customer": "shared_customer"}  # under which field its names are known


@dataclass(frozen=True, slots=True)
class ChangedOrder:
    """One order that would be booked otherwise."""

    tried: Tried
    changes: tuple[tuple[Text, str, str], ...]  # what, today, then

    @property
    def line(self) -> str:
        """All that changes, in a line."""
        return " · ".join(f"{what}: {old} → {new}" for what, old, new in self.changes)


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """What one account, or one kind of document, would come to."""

    name: str
    tally: MoneyTally

    @property
    def is_changed(self) -> bool:
        """Whether anything of it would."""
        one = self.tally
        return (one.before, one.count_before) != (one.after, one.count_after)


@dataclass(frozen=True, slots=True)
class TrialPage:
    """A whole trial, ready to be shown."""

    trial: Trial
    rules: tuple[RuleTally, ...]
    documents: tuple[MoneyRow, ...]
    accounts: tuple[MoneyRow, ...]
    orders: tuple[ChangedOrder, ...]
    more_count: int = 0

    documents_title = gettext_lazy("Documents")
    accounts_title = gettext_lazy("Money, by account")
    empty = gettext_lazy(
        "No orders were read yet, so there is nothing to try this on. Start the "
        "connection, or read its orders first."
    )

    @property
    def summary(self) -> str:
        """Return in a few sentences what was tried, and what would change."""
        tried, changed = len(self.trial.tried), len(self.trial.changed)
        said = [
            ngettext("%(n)d order was tried.", "%(n)d orders were tried.", tried)
            % {"n": tried},
            ngettext(
                "%(n)d would be booked otherwise.",
                "%(n)d would be booked otherwise.",
                changed,
            )
            % {"n": changed}
            if changed
            else _("None would be booked otherwise."),
        ]
        if count := sum(one.is_in_books for one in self.trial.changed):
            said.append(
                ngettext(
                    "%(n)d of them is in the books already and keeps its document.",
                    "%(n)d of them are in the books already and keep their documents.",
                    count,
                )
                % {"n": count}
            )
        if count := self.trial.unreadable_count:
            said.append(
                ngettext(
                    "%(n)d order could not be tried: its content was erased, or cannot "
                    "be read.",
                    "%(n)d orders could not be tried: their content was erased, or "
                    "cannot be read.",
                    count,
                )
                % {"n": count}
            )
        return " ".join(said)


def trial_page(trial: Trial, lists: RuleLists) -> TrialPage:
    """Return a trial with names instead of ids."""
    shown = trial.changed[:SHOWN_MAX]
    names = _names(shown, lists)
    return TrialPage(
        trial,
        tallies_of(trial),
        tuple(MoneyRow(_kind(one), one) for one in by_document(trial.tried)),
        tuple(MoneyRow(_account(one, lists), one) for one in by_account(trial.tried)),
        tuple(ChangedOrder(one, tuple(_changes(one, names))) for one in shown),
        more_count=len(trial.changed) - len(shown),
    )


def money_words(row: MoneyRow) -> tuple[str, str]:
    """Return what it comes to today and then, with how many documents."""
    one = row.tally
    return (
        f"{money(one.before)} ({one.count_before})",
        f"{money(one.after)} ({one.count_after})",
    )


Names = Mapping[str, Mapping[str, str]]


def _names(shown: Iterable[Tried], lists: RuleLists) -> Names:
    """Return the names of all ids, field by field: one question each."""
    found: dict[str, set[str]] = {}
    for one in shown:
        for booking in (one.before.booking, one.after.booking):
            for field in Booking.__slots__:
                found.setdefault(field, set()).add(str(getattr(booking, field)))
    return {
        field: lists.named(_RECORDS.get(field, field), sorted(ids - {""}))
        for field, ids in found.items()
        if field in LABELS or field in _RECORDS
    }


def _changes(one: Tried, names: Names) -> Iterator[tuple[Text, str, str]]:
    """Return what changes; where it is not booked on a side, that says all."""
    before, after = one.before.booking, one.after.booking
    if {before.outcome, after.outcome} != {Outcome.PLANNED}:
        yield _("Order"), _outcome(before), _outcome(after)
        return
    for field in (name for name in one.changes if name in _LABELS):
        old, new = (_value(side, field, names) for side in (before, after))
        yield _LABELS[field], old, new


def _outcome(booking: Booking) -> str:
    if booking.outcome is Outcome.PLANNED:
        return str(_BOOKED)
    words = str(OUTCOMES[booking.outcome])
    return f"{words} ({booking.reason})" if booking.reason else words


def _value(booking: Booking, field: str, names: Names) -> str:
    value = str(getattr(booking, field))
    if field == "document":
        return form_words(value)
    if field == "missing_item" and value:
        words = {str(key.value): label for key, label in CHOICES[field].items()}
        return str(words[value])
    if field == "customer" and value == NEW_CUSTOMER:
        return _("a new customer")
    if not value:
        return (
            _("–") if field in {"number", "missing_item"} else _("as the settings say")
        )
    return str(names.get(field, {}).get(value, value))


def _kind(tally: MoneyTally) -> str:
    return str(KINDS.get(tally.name) or form_words(tally.name))


def _account(tally: MoneyTally, lists: RuleLists) -> str:
    if not tally.name:
        return _("As the settings say")
    return lists.name_of("account_id", tally.name)
