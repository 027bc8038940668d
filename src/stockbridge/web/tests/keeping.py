"""Keeping the back office by its forms."""

from collections.abc import Mapping

from stockbridge.backoffice.models import (
    CustomerOrder,
)
from stockbridge.backoffice.tests.builders import Shop, a_line, shipping, tax
from stockbridge.web.tests.people import People

DAY = "2026-03-14"


def the_order(shop: Shop, **more: object) -> CustomerOrder:
    lines = [a_line(shop.stocked("9"), "20.00", "2", source="a"), shipping(), tax()]
    return shop.order(lines, **more)


def send(people: People, name: str, data: Mapping[str, object], **parts: object) -> str:
    """Post a form as the owner; return the page's text, "" when it was taken."""
    given = {"key": "screen:1", "date": DAY, **data}
    answer = people.client().post(people.url(f"backoffice_{name}", **parts), given)
    assert answer.status_code in {302, 422}, answer.status_code
    return "" if answer.status_code == 302 else answer.content.decode()
