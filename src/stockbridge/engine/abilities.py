"""What the books of a connection can do: it may depend on its settings."""

from stockbridge.connectors import registry
from stockbridge.domain.errors import DefectError
from stockbridge.engine.links import valid_settings
from stockbridge.engine.models import Connection
from stockbridge.ports import BooksCapabilities


def capabilities_of(connection: Connection) -> BooksCapabilities:
    """Return what these books can do, as set up now.

    Raises InvalidInputError where the settings do not fit.
    """
    connector = registry.get(connection.connector)
    if connector.translator is not None:
        settings = valid_settings(connector, connection.settings)
        return connector.translator(settings, connection.facts).capabilities
    if connector.capabilities is None:
        raise DefectError(f"{connector.title} does not say what it can do.")
    return connector.capabilities
