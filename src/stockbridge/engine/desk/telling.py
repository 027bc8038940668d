"""What the user is shown of a visit."""

from stockbridge.engine.models import Conversation
from stockbridge.ports import Fault


def words(fault: Fault) -> str:
    """Return what happened: our words, then QuickBooks' own and the number."""
    own = f"{fault.message} ({fault.hresult})" if fault.hresult else fault.message
    return f"{fault.meaning} {own}".strip()


def summary(row: Conversation) -> str:
    """Return what a visit did, for the Web Connector's window and our log."""
    parts = [f"{row.posted} sent"]
    if row.refused:
        parts.append(f"{row.refused} refused, see Needs you")
    parts.append(f"{row.read} read")
    return "Done: " + ", ".join(parts) + "."
