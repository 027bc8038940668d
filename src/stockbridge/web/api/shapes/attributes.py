"""Attributes of items: fields, values and the styles that they make."""

from ninja import Schema
from pydantic import Field

from stockbridge.domain.attributes import AttributeRule, ValueTally
from stockbridge.domain.styles import Member
from stockbridge.engine.style_preview import Outlook
from stockbridge.engine.styles import StylePlan
from stockbridge.web.api.calls import In


class FieldOut(Schema):
    """One field of the books' items, and the attribute that it feeds."""

    field: str
    title: str
    name: str
    unmapped: str


class FieldIn(In):
    """The attribute that a field feeds."""

    name: str = Field(max_length=60, description="Empty: the field stays in the books.")
    unmapped: str = Field(
        "as_is", max_length=10, description="as_is, or wait: its item waits."
    )


class ValueOut(Schema):
    """One value that items have."""

    field: str
    value: str
    items: int
    mapped: str


class ValuesIn(In):
    """What values of the books become in the store; an empty text forgets a choice."""

    values: dict[str, str] = Field(max_length=1000)


class MemberOut(Schema):
    """One item of a style."""

    item: str
    sku: str
    attributes: dict[str, str]
    why_not: str


class StyleOut(Schema):
    """Items that are one product in the store."""

    name: str
    sku: str
    product_id: str
    why_not: str
    members: list[MemberOut]


class AttributesOut(Schema):
    """What was chosen, and what it comes to over all items that are sold online."""

    fields: list[FieldOut]
    values: list[ValueOut]
    items: int
    styles: int
    items_in_styles: int
    first_styles: list[StyleOut]


def field_out(rule: AttributeRule, title: str) -> FieldOut:
    """Return a field."""
    return FieldOut(
        field=rule.field, title=title, name=rule.name, unmapped=rule.unmapped.value
    )


def attributes_out(fields: list[FieldOut], found: Outlook) -> AttributesOut:
    """Return all of it."""
    return AttributesOut(
        fields=fields,
        values=[_value(one) for one in found.values],
        items=found.items_count,
        styles=found.styles_count,
        items_in_styles=found.grouped_count,
        first_styles=[_style(one) for one in found.styles],
    )


def _value(one: ValueTally) -> ValueOut:
    return ValueOut(
        field=one.field, value=one.value, items=one.count, mapped=one.mapped
    )


def _style(plan: StylePlan) -> StyleOut:
    return StyleOut(
        name=plan.style.name,
        sku=plan.sku,
        product_id=plan.product.external_id if plan.product else "",
        why_not=plan.why_not,
        members=[_member(one) for one in plan.style.members],
    )


def _member(one: Member) -> MemberOut:
    return MemberOut(
        item=one.item.external_id,
        sku=one.item.sku,
        attributes=dict(one.attributes),
        why_not=one.why_not,
    )
