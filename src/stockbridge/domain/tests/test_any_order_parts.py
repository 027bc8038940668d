"""Whatever is told of an order that leaves in parts, it is billed once."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from stockbridge.domain.accounting import (
    FulfillmentDocument,
    SaleDocument,
)
from stockbridge.domain.commerce import Shipment
from stockbridge.domain.money import total_of
from stockbridge.domain.policy import PartShipments
from stockbridge.domain.tests.builders import (
    usd,
)
from stockbridge.domain.tests.parted_orders import (
    FIRST,
    GROUND,
    SECOND,
    SPLIT,
    a_shipment,
    completed,
    documents,
    journey,
    order_with,
    plan,
)
from stockbridge.domain.tests.plans import after

#: What an order may look like next, and whether its plan is booked or lost sight of.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["none", "first", "both", "other", "off"]), st.booleans()
    ),
    max_size=6,
)


@given(STEPS, st.sampled_from(list(PartShipments)))
def test_whatever_is_told_when_the_bills_are_the_order_in_the_end(
    steps: list[tuple[str, bool]], last: PartShipments
) -> None:
    told: dict[str, tuple[Shipment, ...] | None] = {
        "none": (),
        "first": (FIRST,),
        "both": (FIRST, SECOND),
        "other": (a_shipment("T1", ("14", 2)), a_shipment("T2", ("11", 1))),
        "off": None,
    }
    booked = journey(order_with())
    for name, is_booked in steps:
        made = plan(replace(order_with(), shipments=told[name]), booked)
        booked = after(made, booked) if is_booked else booked

    ground = replace(GROUND, policy=replace(SPLIT, parts=last))
    booked = after(plan(completed(FIRST, SECOND), booked, ground), booked)
    again = plan(completed(FIRST, SECOND), booked, ground)

    bills = [one.filled.billed for one in booked if one.filled is not None]
    assert all(isinstance(bill, SaleDocument) for bill in bills)
    assert total_of([b.total for b in bills if b], "USD") == usd("38.49")
    assert total_of([b.total_tax for b in bills if b], "USD") == usd("3.50")
    sold = [(li.source_id, li.quantity) for b in bills if b for li in b.lines]
    assert sum(q for line_id, q in sold if line_id == "11") == 5
    assert sum(q for line_id, q in sold if line_id == "14") == 3
    assert not documents(again, FulfillmentDocument)
