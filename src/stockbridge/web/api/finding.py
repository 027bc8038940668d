"""Finding what an address names, within the company of the token alone."""

from stockbridge.engine.models import Bridge, Connection, Delivery, Issue, Run
from stockbridge.web.api.access import ApiRequest, company_of, not_found


def connection_of(request: ApiRequest, uid: str) -> Connection:
    """Return the connection; 404 for any other."""
    rows = Connection.objects.select_related("company", "lease")
    row = rows.filter(company=company_of(request), uid=uid).first()
    if row is None:
        raise not_found()
    return row


def bridge_of(request: ApiRequest, uid: str) -> Bridge:
    """Return the bridge; 404 for any other."""
    rows = Bridge.objects.select_related("company", "store__company", "books__company")
    row = rows.filter(company=company_of(request), uid=uid).first()
    if row is None:
        raise not_found()
    return row


def run_of(request: ApiRequest, run_id: int) -> Run:
    """Return the run; 404 for any other."""
    rows = Run.objects.select_related(
        "company", "bridge__store", "bridge__books", "bridge__company", "started_by"
    )
    row = rows.filter(company=company_of(request), pk=run_id).first()
    if row is None:
        raise not_found()
    return row


def issue_of(request: ApiRequest, issue_id: int) -> Issue:
    """Return the issue; 404 for any other."""
    rows = Issue.objects.select_related(
        "company", "connection", "bridge__store", "bridge__books", "bridge__company"
    )
    row = rows.filter(company=company_of(request), pk=issue_id).first()
    if row is None:
        raise not_found()
    return row


def delivery_of(request: ApiRequest, delivery_id: int) -> Delivery:
    """Return the document; 404 for any other."""
    rows = Delivery.objects.select_related("connection", "bridge")
    row = rows.filter(company=company_of(request), pk=delivery_id).first()
    if row is None:
        raise not_found()
    return row
