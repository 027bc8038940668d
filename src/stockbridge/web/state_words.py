"""How orders, documents and runs stand: the words and colours of the screens."""

from django.utils.translation import gettext_lazy as _

from stockbridge.domain.delivery import State
from stockbridge.engine.models import Disposition, Run
from stockbridge.engine.runs.steps import CHANGE, CREATE, HOLD, SKIP
from stockbridge.web import cells
from stockbridge.web.text import Text

Outcome = Disposition.Outcome

#: What became of an order or of a refund.
OUTCOMES: dict[str, Text] = {
    Outcome.PLANNED: _("waiting to be sent"),
    Outcome.POSTED: _("imported"),
    Outcome.HELD: _("needs you"),
    Outcome.WAITING: _("not complete yet"),
    Outcome.EXCLUDED: _("left out"),
    Outcome.IGNORED: _("nothing to book"),
    Outcome.SUPERSEDED: _("replaced by a later change"),
    Outcome.BOOKED_ELSEWHERE: _("booked elsewhere"),
    Outcome.SALE_NOT_IN_BOOKS: _("its sale is not in the books"),
    Outcome.UNDONE: _("undone"),
    Outcome.UNREADABLE: _("cannot be read"),
}
OUTCOME_COLOURS: dict[str, str] = {
    Outcome.PLANNED: "blue",
    Outcome.POSTED: "green",
    Outcome.HELD: "yellow",
    Outcome.UNREADABLE: "red",
}

#: Documents on their way into the books.
STATES: dict[str, Text] = {
    State.READY: _("waiting to be sent"),
    State.SENT: _("sent"),
    State.IN_DOUBT: _("checking whether the books received it"),
    State.POSTED: _("done"),
    State.HELD: _("needs you"),
    State.FAILED: _("needs you: gave up"),
    State.CANCELLED: _("cancelled"),
    State.SUPERSEDED: _("replaced"),
}
STATE_COLOURS: dict[str, str] = {
    State.READY: "blue",
    State.SENT: "blue",
    State.IN_DOUBT: "blue",
    State.POSTED: "green",
    State.HELD: "yellow",
    State.FAILED: "red",
}

#: What a document does in the books.
KINDS: dict[str, Text] = {
    "customer": _("Customer"),
    "change": _("Customer, changed"),
    "item_change": _("Item, changed"),
    "item": _("Item"),
    "sale": _("Sale"),
    "payment": _("Payment received"),
    "fulfillment": _("Goods handed over"),
    "refund": _("Refund"),
    "cancellation": _("Cancellation"),
    "amendment": _("Change of the sale"),
    "adjustment": _("Stock adjustment"),
    "reversal": _("Undo"),
}

#: What an import or an export would do to one row, and what it did.
ACTIONS: dict[str, Text] = {
    CREATE: _("create"),
    CHANGE: _("change"),
    SKIP: _("leave as it is"),
    HOLD: _("needs you"),
}
ACTION_COLOURS = {CREATE: "green", CHANGE: "blue", HOLD: "yellow"}
ROW_OUTCOMES: dict[str, Text] = {
    "done": _("done"),
    "skipped": _("left out"),
    "failed": _("failed"),
    "queued": _("on its way"),
    "refused": _("refused"),
}
ROW_OUTCOME_COLOURS = {
    "done": "green",
    "queued": "blue",
    "failed": "red",
    "refused": "red",
}

RUN_KINDS: dict[str, Text] = {
    Run.Kind.IMPORT_ORDERS: _("Import orders"),
    Run.Kind.LINK_ORDERS: _("Link orders"),
    Run.Kind.IMPORT_CUSTOMERS: _("Import customers"),
    Run.Kind.IMPORT_ITEMS: _("Import items"),
    Run.Kind.EXPORT_ITEMS: _("Create and update items in the store"),
    Run.Kind.PUSH_STOCK: _("Sync stock"),
    Run.Kind.PUSH_PRICES: _("Send prices"),
    Run.Kind.TAKE_STOCK: _("Take the store's quantities"),
    Run.Kind.REFRESH: _("Refresh"),
    Run.Kind.AUTOMATIC: _("By itself"),
    Run.Kind.UNDO: _("Undo"),
}
RUN_STATES: dict[str, Text] = {
    Run.State.PREVIEWING: _("preparing the preview"),
    Run.State.PREVIEW: _("waits for your approval"),
    Run.State.EXPIRED: _("preview expired"),
    Run.State.RUNNING: _("running"),
    Run.State.STOPPING: _("stopping"),
    Run.State.STOPPED: _("stopped"),
    Run.State.DONE: _("done"),
    Run.State.FAILED: _("failed"),
    Run.State.HALTED: _("stopped by a safety limit"),
    Run.State.UNDONE: _("undone"),
}
RUN_STATE_COLOURS: dict[str, str] = {
    Run.State.PREVIEWING: "blue",
    Run.State.PREVIEW: "yellow",
    Run.State.RUNNING: "blue",
    Run.State.STOPPING: "blue",
    Run.State.DONE: "green",
    Run.State.FAILED: "red",
    Run.State.HALTED: "yellow",
}

#: The store's own words for an order's status come as they are; known ones in colour.
STATUS_COLOURS = {
    "processing": "blue",
    "completed": "green",
    "on-hold": "yellow",
    "on_hold": "yellow",
    "failed": "red",
}

outcome_badge = cells.badges(OUTCOMES, OUTCOME_COLOURS)
state_badge = cells.badges(STATES, STATE_COLOURS)
action_badge = cells.badges(ACTIONS, ACTION_COLOURS)
row_outcome_badge = cells.badges(ROW_OUTCOMES, ROW_OUTCOME_COLOURS)
run_state_badge = cells.badges(RUN_STATES, RUN_STATE_COLOURS)


def status_badge(status: str) -> str:
    """Return an order's status in the store's own word."""
    text = status.replace("-", " ").replace("_", " ")
    return cells.badge(text, STATUS_COLOURS.get(status, "secondary")) if text else ""
