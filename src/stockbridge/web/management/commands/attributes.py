"""`stockbridge attributes`: which field feeds which attribute, values, styles."""

from django.core.management.base import CommandParser

from stockbridge.domain.attributes import AttributeRule
from stockbridge.engine.actions.attributes import (
    FieldDraft,
    item_fields,
    map_values,
    set_field,
)
from stockbridge.engine.attribute_rules import rules_of
from stockbridge.engine.models import Bridge
from stockbridge.engine.style_preview import outlook
from stockbridge.web.api.shapes.attributes import (
    FieldOut,
    attributes_out,
    field_out,
)
from stockbridge.web.command_line.choosing import bridge_of, company_of
from stockbridge.web.command_line.output import Column
from stockbridge.web.command_line.shell import Options, Shell, UsageError

FIELDS = (
    Column("field", "Field"),
    Column("title", "In the books"),
    Column("name", "Attribute"),
    Column("unmapped", "Not mapped"),
)
VALUES = (
    Column("field", "Field"),
    Column("value", "In the books"),
    Column("items", "Items"),
    Column("mapped", "In the store"),
)
STYLES = (
    Column("name", "Product"),
    Column("count", "Items"),
    Column("variations", "Variations"),
    Column("waits", "Waits"),
)


class Command(Shell):
    """Attributes."""

    help = "Map fields and values of items to attributes of the store; see the styles."

    def declare(self, parser: CommandParser) -> None:
        """Declare the verbs."""
        verbs = self.verbs(parser, show=self.show, set=self.set, map=self.map)
        for one in verbs.values():
            one.add_argument("--bridge", help="where there are several")
        verbs["set"].add_argument("field", help="as attribute; see `attributes show`")
        verbs["set"].add_argument("name", help='as Colour; "" = it stays in the books')
        verbs["set"].add_argument(
            "--unmapped",
            choices=("as_is", "wait"),
            default="as_is",
            help="what becomes of a value that is not mapped, or of its item",
        )
        verbs["map"].add_argument("field", help="as attribute")
        verbs["map"].add_argument(
            "pairs",
            nargs="+",
            metavar="VALUE=VALUE",
            help="in the books = in the store, as Rose=Red; Rose= forgets it",
        )

    def show(self, options: Options) -> None:
        """Show fields, values with the number of items, and the first styles."""
        bridge = bridge_of(company_of(options), options["bridge"])
        found = attributes_out(self._fields(bridge), outlook(bridge))
        data = found.model_dump(mode="json")
        self.out.document(data)
        self.out.table(data["fields"], FIELDS)
        self.out.table(data["values"], VALUES, "No item has a value in these fields.")
        styles = [
            {
                "name": one.name,
                "count": len(one.members),
                "variations": sum(not member.why_not for member in one.members),
                "waits": one.why_not
                or next((m.why_not for m in one.members if m.why_not), ""),
            }
            for one in found.first_styles
        ]
        if styles:
            self.out.table(styles, STYLES)
        self.out.say(
            f"{found.items_in_styles} of {found.items} items make {found.styles} "
            "products with variations."
        )

    def set(self, options: Options) -> None:
        """Choose which attribute of the store a field of the books feeds."""
        bridge = bridge_of(company_of(options), options["bridge"])
        draft = FieldDraft(options["field"], options["name"], options["unmapped"])
        set_field(bridge, draft, self.who())
        rows = [one.model_dump(mode="json") for one in self._fields(bridge)]
        self.out.table(rows, FIELDS)
        self.out.document(rows)

    def map(self, options: Options) -> None:
        """Choose what values of a field become in the store."""
        bridge = bridge_of(company_of(options), options["bridge"])
        values = {}
        for pair in options["pairs"]:
            value, sign, becomes = pair.partition("=")
            if not sign:
                raise UsageError(f"{pair} is not VALUE=VALUE.")
            values[value] = becomes
        map_values(bridge, options["field"], values, self.who())
        self.out.say(f"{len(values)} mapped. Push the items again that waited.")
        self.out.document({"mapped": len(values)})

    def _fields(self, bridge: Bridge) -> list[FieldOut]:
        rules = {rule.field: rule for rule in rules_of(bridge)}
        return [
            field_out(rules.get(field, AttributeRule(field)), title)
            for field, title in item_fields(bridge, self.who())
        ]
