"""Whether a connection's settings name what its books have, as far as was read."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.desk.choices import Choice, Offer, offer_of
from stockbridge.engine.models import Connection
from stockbridge.ports import ChosenFrom, Connector, chosen_from, ids_in

UNKNOWN = "unknown_choice"


@dataclass(frozen=True, slots=True)
class SettingChoice:
    """One setting that is chosen from lists, what it holds, and what there is."""

    name: str
    title: str
    how: ChosenFrom
    offer: Offer
    held: tuple[str, ...]


def setting_choices(
    connection: Connection, connector: Connector
) -> Iterator[SettingChoice]:
    """Return the settings of a connection that name something of its books."""
    for name, info in connector.settings.model_fields.items():
        how = chosen_from(info)
        if how is None:
            continue
        held = ids_in(connection.settings.get(name), how.place)
        offer = offer_of(connection, how)
        yield SettingChoice(name, info.title or name, how, offer, tuple(held))


def refuse_unknown(
    connection: Connection, connector: Connector, after: Mapping[str, Any]
) -> None:
    """Raise InvalidInputError for a new id that the books do not have, or cannot use.

    What was chosen before stays, though it is gone by now: other settings can be
    saved. Before the lists were read anything may be typed.
    """
    for one in setting_choices(connection, connector):
        new = set(ids_in(after.get(one.name), one.how.place)) - set(one.held)
        if new and not one.how.is_open:
            _refuse(one, connector, sorted(new))


def _refuse(one: SettingChoice, connector: Connector, new: Iterable[str]) -> None:
    known = one.offer.known(new)
    for value in new:
        choice = known.get(value)
        if choice is None and one.offer.is_complete:
            raise refusal(one.name, connector, f"{connector.title} has no {value}.")
        if choice is not None and choice.why_not and not choice.fits:
            raise refusal(one.name, connector, unfit(choice))


def unfit(choice: Choice) -> str:
    """Return in a sentence why something cannot be chosen here."""
    return f"{choice.name} is {choice.why_not}."


def refusal(name: str, connector: Connector, message: str) -> InvalidInputError:
    """Return the refusal of an id at its field, with when the lists are read anew."""
    is_caller = connector.translator is not None
    when = "visit of the Web Connector" if is_caller else "test of the connection"
    return InvalidInputError(
        message,
        field=name,
        code=UNKNOWN,
        remedy=f"Choose one of the list. What is new in QuickBooks is there after the "
        f"next {when}.",
    )
