"""What there is to choose from in books that call us: as last read, in their facts."""

from stockbridge.domain.catalog import Location
from stockbridge.engine.models import Connection
from stockbridge.ports import BooksAccount

LISTS = "lists"


def locations_of(connection: Connection) -> tuple[Location, ...]:
    """Return the locations as last read."""
    rows = _lists(connection).get("locations", [])
    return tuple(Location(str(i), str(name), bool(active)) for i, name, active in rows)


def accounts_of(connection: Connection) -> tuple[BooksAccount, ...]:
    """Return the accounts, or kinds of tender, as last read."""
    return tuple(
        BooksAccount(*map(str, one)) for one in _lists(connection).get("accounts", [])
    )


def _lists(connection: Connection) -> dict[str, list[list[object]]]:
    found: dict[str, list[list[object]]] = connection.facts.get(LISTS, {})
    return found
