"""`stockbridge queue`: documents on their way into the books."""

from django.core.management.base import CommandParser

from stockbridge.companies.models import Company
from stockbridge.domain.errors import InvalidInputError
from stockbridge.engine.actions import deliveries as actions
from stockbridge.engine.models import Delivery
from stockbridge.web.api.queue import NEEDS_YOU, QueueQuery, queue_of
from stockbridge.web.api.shapes.queue import deliveries_out, delivery_detail
from stockbridge.web.command_line.acting import say_acted
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import (
    NeedsApprovalError,
    Options,
    Shell,
    UsageError,
)

COLUMNS = (
    Column("id", "Id", is_number=True),
    Column("kind", "Kind"),
    Column("state", "State"),
    Column("reference", "Order"),
    Column("title", "What"),
    Column("total", "Total", is_number=True),
    Column("books_number", "In the books"),
    Column("error", "Why"),
)
EVENTS = (
    Column("at", "Time"),
    Column("event", "Event"),
    Column("after", "State"),
    Column("note", "Note"),
    Column("by", "By"),
)


class Command(Shell):
    """The queue."""

    help = "See documents on their way into the books; retry, cancel, clear."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(
            parser,
            list=self.list,
            show=self.show,
            retry=self.retry,
            cancel=self.cancel,
            clear=self.clear,
        )
        verbs["list"].add_argument(
            "--show",
            choices=["pending", "needs_you", "previous", "all"],
            default="pending",
        )
        verbs["list"].add_argument("--limit", type=int, default=50)
        verbs["show"].add_argument("id", type=int)
        for name in ("retry", "cancel"):
            verbs[name].add_argument("ids", type=int, nargs="*", metavar="ID")
        verbs["retry"].add_argument(
            "--all", action="store_true", help="all that gave up or was refused"
        )
        verbs["clear"].add_argument("--bridge", help="only of this one")
        verbs["clear"].add_argument("--yes", action="store_true")

    def list(self, options: Options) -> None:
        """List documents, the newest first."""
        rows = queue_of(
            company_of(options), QueueQuery.model_validate({"show": options["show"]})
        )
        found = deliveries_out(list(rows.order_by("-pk")[: options["limit"]]))
        data = [one.model_dump(mode="json") for one in found]
        self.out.table(data, COLUMNS, "Nothing waits to be sent.")
        self.out.document(data)

    def show(self, options: Options) -> None:
        """Show a document, and all that happened to it."""
        rows = Delivery.objects.filter(company=company_of(options))
        row = rows.select_related("connection", "bridge").filter(pk=options["id"])
        if not row:
            raise InvalidInputError(
                f"There is no document {options['id']}.",
                field="id",
                remedy="See `stockbridge queue list --show all`.",
            )
        data = delivery_detail(row[0]).model_dump(mode="json")
        self.out.document(data)
        hidden = {"document", "sources", "events"}
        self.out.facts({key: one for key, one in data.items() if key not in hidden})
        self.out.table(data["events"], EVENTS)

    def retry(self, options: Options) -> None:
        """Try again what gave up or was refused."""
        company = company_of(options)
        ids = _ids(company, options, is_all=options["all"])
        acted = actions.retry_deliveries(company, ids, self.who())
        say_acted(self.out, acted, "tried again")

    def cancel(self, options: Options) -> None:
        """Drop documents that have not left, with those that need them."""
        company = company_of(options)
        ids = _ids(company, options, is_all=False)
        acted = actions.cancel_deliveries(company, ids, self.who())
        say_acted(self.out, acted, "cancelled")

    def clear(self, options: Options) -> None:
        """Drop all that has not left."""
        company = company_of(options)
        bridge = None
        if options["bridge"]:
            bridge = bridge_of(company, options["bridge"])
        if not options["yes"]:
            raise NeedsApprovalError(
                "All that waits would be dropped, and its orders stay out of the "
                "books until you import them again. Say --yes to do it."
            )
        acted = actions.clear_pending(company, self.who(), bridge=bridge)
        say_acted(self.out, acted, "cancelled")


def _ids(company: Company, options: Options, *, is_all: bool) -> list[int]:
    if is_all:
        rows = Delivery.objects.filter(company=company, state__in=NEEDS_YOU)
        return list(rows.values_list("pk", flat=True))
    ids: list[int] = options["ids"]
    if not ids:
        raise UsageError("Say which documents, by id; see `stockbridge queue list`.")
    return ids
