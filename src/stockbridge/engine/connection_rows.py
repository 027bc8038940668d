"""The rows of connections, as jobs ask for them: often, each by its id."""

from django.db.models import QuerySet

from stockbridge.companies.prepared import prepared
from stockbridge.engine.models import Connection


@prepared
def with_company(connection_id: int) -> QuerySet[Connection]:
    """Return the connection and its company."""
    return Connection.objects.select_related("company").filter(pk=connection_id)


@prepared
def locked(connection_id: int) -> QuerySet[Connection]:
    """Return the connection; nobody else writes it until the transaction ends."""
    return Connection.objects.select_for_update().filter(pk=connection_id)
