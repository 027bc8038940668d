"""What the books of a connection can do: it may depend on its settings."""

from stockbridge.connectors import registry
from stockbridge.domain.errors import DefectError
from stockbridge.engine.links import translator_of, valid_settings
from stockbridge.engine.models import Connection
from stockbridge.ports import BooksCapabilities


def capabilities_of(connection: Connection) -> BooksCapabilities:
    """Return what these books can do, as set up now.

    Raises InvalidInputError where the settings do not fit.
    """
    connector = registry.get(connection.connector)
    translator = translator_of(connection, connector)
    if translator is not None:
        return translator.capabilities
    if connector.capabilities_with is not None:
        return connector.capabilities_with(
            valid_settings(connector, connection.settings)
        )
    if connector.capabilities is None:
        raise DefectError(f"{connector.title} does not say what it can do.")
    return connector.capabilities
