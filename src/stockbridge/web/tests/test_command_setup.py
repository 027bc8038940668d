"""A whole set-up by the command line alone, and the page that shows it."""

import os
import re
from pathlib import Path

import pytest

from stockbridge.connectors.stores.woocommerce.simulator import (
    Basket,
    Options,
    WooCommerceSimulator,
)
from stockbridge.web.tests.commands import asked, given, typed

pytestmark = pytest.mark.django_db
PAGE = Path(__file__).parents[4] / "docs" / "command-line.md"
BEGIN, END = "<!-- begin: a set-up -->\n", "<!-- end: a set-up -->\n"
#: Write the page anew: STOCKBRIDGE_WRITE_DOCS=1 pytest …/test_command_setup.py
WRITES = os.environ.get("STOCKBRIDGE_WRITE_DOCS") == "1"
SET_UP = (
    'company add "North Mugs" --time-zone America/New_York --allow-private-addresses',
    'user add ada@example.com --name "Ada Archer" --role administrator '
    "--password-file password.txt",
    'connection add woocommerce "Mug shop" --address {address} '
    "--set allow_insecure_http=true --secret-file keys.txt",
    'connection test "Mug shop"',
    "connection add embedded",
    'connection test "Back office"',
    'bridge add "Mug shop" "Back office"',
    "bridge set missing_item=create",
    "bridge enable",
    "fetch",
    "pull items --all --yes",
    "pull orders --all --moves-stock no --dry-run",
    "pull orders --all --moves-stock no --yes",
    "bridge set buffer=1",
    "stock",
    "push stock --yes",
    "statement",
    "taxes",
    "bridge set orders_enabled=true stock_enabled=true",
)


def filled(shop: WooCommerceSimulator) -> None:
    """Let the shop have some items, and three orders of today."""
    shop.seed_products(5, 3, variable_share=0.0)
    items = [one.id for one in shop.state.products.values()]
    for number in range(3):
        sold = [(items[number], 2), (items[number + 1], 1)]
        shop.sales.place_order(Basket(items=sold, shipping="5.00"))


def told(text: str, shop: WooCommerceSimulator) -> str:
    """Return output as the page shows it: what is random looks as it may look."""
    text = text.replace(shop.url, "https://shop.example.com")
    text = re.sub(r"\b[0-9a-f]{12}\b", "4f0c1b7a9e52", text)
    day = r"\d{4}-\d\d-\d\d"
    text = re.sub(rf"{day} \d\d:\d\d:\d\d UTC", "2026-03-10 15:00:00 UTC", text)
    text = re.sub(rf"{day} to {day}", "2026-02-09 to 2026-03-10", text)
    return "\n".join(line.rstrip() for line in text.splitlines())


def test_a_shop_is_set_up_and_proved_even_by_the_command_line_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    transcript = []
    with WooCommerceSimulator(Options(allow_local_callbacks=True)) as shop:
        filled(shop)
        Path("password.txt").write_text("mugs-are-for-tea-5\n")
        Path("keys.txt").write_text(
            f"consumer_key={shop.consumer_key}\nconsumer_secret={shop.consumer_secret}\n"
        )

        for line in SET_UP:
            result = typed(line.format(address=shop.url))
            assert result.code == 0, (line, result.out, result.err)
            shown = line.format(address="https://shop.example.com")
            transcript.append(f"$ stockbridge {shown}\n{told(result.out, shop)}")

        statement = given("statement")
        assert [
            (one["currency"], one["difference"]) for one in statement["totals"]
        ] == [("USD", dict.fromkeys(DIFFERENCES, "0.00"))]
        assert statement["orders"] == 3
        assert statement["is_even"]

    block = "```text\n" + "\n\n".join(transcript) + "\n```\n"
    text = PAGE.read_text()
    before, _, rest = text.partition(BEGIN)
    if WRITES:
        PAGE.write_text(before + BEGIN + block + END + rest.partition(END)[2])
    assert PAGE.read_text().partition(BEGIN)[2].partition(END)[0] == block


DIFFERENCES = ("orders", "tax", "shipping", "refunds", "net")


def test_what_a_push_would_change_is_shown_and_waits_for_approval() -> None:
    with WooCommerceSimulator(Options(allow_local_callbacks=True)) as shop:
        filled(shop)
        joined(shop)
        given("pull items --all --yes")
        item = given("stock")[0]
        given("bridge set buffer=2")

        dry = given("push stock --dry-run")
        refused = asked("push stock")
        run = refused.data["run"]["id"]
        done = given(f"runs approve {run}")

        assert dry["run"]["state"] == "stopped"
        assert refused.code == 3
        assert str(run) in refused.problem["message"]
        assert done["run"]["state"] == "done"
        after = given(f"stock --sku {item['sku']}")[0]
        assert int(after["shown"]) == int(item["shown"]) - 2
        assert after["shown"] == after["desired"]


def test_orders_that_the_first_quantities_left_out_wait_for_an_answer() -> None:
    with WooCommerceSimulator(Options(allow_local_callbacks=True)) as shop:
        filled(shop)
        joined(shop)
        given("pull items --all --yes")

        refused = asked("pull orders --all --yes")
        given("pull orders --all --moves-stock no --yes")

        assert refused.code == 1
        assert "whether booking them moves stock" in refused.problem["remedy"]
        given("fetch")
        assert given("push stock --dry-run")["run"]["summary"].get("would", {}) == {}


def test_an_imported_order_is_taken_back() -> None:
    with WooCommerceSimulator(Options(allow_local_callbacks=True)) as shop:
        filled(shop)
        joined(shop)
        given("pull items --all --yes")
        run = given("pull orders --all --moves-stock no --yes")["run"]

        undone = given(f"runs undo {run['id']} --yes")

        assert undone["run"]["state"] == "done"
        assert {one["state"] for one in given("runs list")} >= {"undone"}
        assert {one["outcome"] for one in given("export orders")} == {"undone"}


def test_one_order_is_pulled_by_its_number_and_a_wrong_number_is_named() -> None:
    with WooCommerceSimulator(Options(allow_local_callbacks=True)) as shop:
        filled(shop)
        joined(shop)
        number = given("export orders")[0]["number"]

        done = given(f"pull orders --id {number} --yes")
        wrong = asked("pull orders --id 999999 --yes")

        orders = [one for one in done["rows"] if one["subject_kind"] == "order"]
        assert [one["outcome"] for one in orders] == ["done"]
        assert wrong.code == 1
        assert "999999" in wrong.problem["message"]
        assert "fetch" in wrong.problem["remedy"]


def joined(shop: WooCommerceSimulator) -> None:
    """Set the shop up, quickly, and read all of it."""
    given('company add "North Mugs" --allow-private-addresses')
    given(
        f'connection add woocommerce "Mug shop" --address {shop.url} '
        "--set allow_insecure_http=true "
        f"--secret consumer_key={shop.consumer_key} "
        f"--secret consumer_secret={shop.consumer_secret}"
    )
    given('connection test "Mug shop"')
    given("connection add embedded")
    given('bridge add "Mug shop" "Back office"')
    given("bridge set missing_item=create")
    given("bridge enable")
    given("fetch")
