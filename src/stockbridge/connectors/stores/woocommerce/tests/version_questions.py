"""The questions that were put to three real versions, put to the simulator.

The keys are the recording's own words (950-versions-compared).
"""

from base64 import b64encode

from stockbridge.connectors.simulation import SettableClock
from stockbridge.connectors.stores.woocommerce.simulator.records import Json, Value
from stockbridge.connectors.stores.woocommerce.tests.asking import Asker

NYC = {"country": "US", "state": "NY", "postcode": "10002", "city": "New York"}


class Questions:
    """One store, asked about products first, then about orders and customers."""

    def __init__(self, ask: Asker, clock: SettableClock) -> None:
        self.ask = ask
        self.clock = clock
        self.product = self.make("A", stock_quantity=20)
        self.path = f"products/{self.product['id']}"

    def make(self, sku: str, **more: Value) -> Json:
        """Make a product with managed stock."""
        sent = {"name": sku, "sku": sku, "regular_price": "10.00", "manage_stock": True}
        return self.ask.made("products", {**sent, "stock_quantity": 20, **more})

    def about_products(self) -> Json:
        """Return the answers about products and variations."""
        found: Json = {}
        found["keys of a product"] = set(self.product)
        found["duplicate SKU in other case"] = self._code(
            "POST", "products", {"name": "x", "sku": "a"}
        )
        found["regular_price '19,95'"] = self.put(regular_price="19,95")[
            "regular_price"
        ]
        found["regular_price as number"] = self._code("PUT", self.path, _price(19.95))
        found["stock_quantity 2.5 by PUT"] = self._code(
            "PUT", self.path, {"stock_quantity": 2.5}
        )
        found["stock_quantity 2.5 in a batch"] = self._batch({"stock_quantity": 2.5})
        self.put(stock_quantity=20)
        delta = self.put(inventory_delta=5)["stock_quantity"]
        found["inventory_delta 5 on 20"] = delta
        found["date_modified moves on a PUT of the same stock"] = self._moves(
            self.path, "PUT", self.path, {"stock_quantity": 25}
        )
        found["date_modified moves on a stock PUT"] = self._moves(
            self.path, "PUT", self.path, {"stock_quantity": 26}
        )
        found["modified_after of the product's own date_modified_gmt finds it"] = (
            self._finds_itself("products", self.path)
        )
        self.put(regular_price="10.00")
        found["duplicate SKU"] = self._duplicate()
        found["SKU of a trashed product"] = self._sku_of_trashed()
        return found | self._about_variations()

    def _about_variations(self) -> Json:
        found: Json = {}
        options = {"name": "Size", "variation": True, "options": ["S", "M"]}
        parent = self.ask.made(
            "products", {"name": "V", "type": "variable", "attributes": [options]}
        )
        parent_path = f"products/{parent['id']}"
        sent = {"sku": "V-S", "regular_price": "5.00", "manage_stock": True}
        child = self.ask.made(
            f"{parent_path}/variations",
            {
                **sent,
                "stock_quantity": 5,
                "attributes": [{"name": "Size", "option": "S"}],
            },
        )
        path = f"{parent_path}/variations/{child['id']}"
        found["keys of a variation"] = set(self.ask("GET", path)[1])
        for name, body in (
            (
                "parent date_modified moves on a variation stock PUT",
                {"stock_quantity": 4},
            ),
            ("parent date_modified moves on a variation meta-only PUT", _meta("m")),
        ):
            found[name] = self._moves(parent_path, "PUT", path, body)
        found["sku= finds a variation"] = self.ask("GET", "products", sku="v-s")[1][0][
            "type"
        ]
        batch = {"update": [{"id": child["id"], "stock_quantity": 1}]}
        row = self.ask("POST", "products/batch", batch)[1]["update"][0]
        found["variation id in products/batch"] = row["error"]["code"]
        before = (self._date(parent_path), self._date(path))
        self.clock.advance(2)
        self._order(
            status="processing", variation_id=child["id"], product_id=parent["id"]
        )
        after = (self._date(parent_path), self._date(path))
        found[
            "parent / variation date_modified move when an order takes a variation"
        ] = [one != other for one, other in zip(before, after, strict=True)]
        self.ask("PUT", path, {"manage_stock": False})
        self.ask("PUT", parent_path, {"manage_stock": True, "stock_quantity": 9})
        shown = self.ask("GET", path)[1]
        found[
            "variation under a stock-managed parent: manage_stock, stock_quantity"
        ] = [
            shown["manage_stock"],
            shown["stock_quantity"],
        ]
        found["GET /variations"] = [self.ask("GET", "variations")[0]]
        return found

    def about_orders(self) -> Json:
        """Return the answers about orders and refunds."""
        found: Json = {}
        before = self._date(self.path)
        self.clock.advance(2)
        order = self._order(2, status="processing")
        found["stock after order of 2 from 26"] = self._stock()
        found["product date_modified moves when an order takes stock"] = (
            self._date(self.path) != before
        )
        path = f"orders/{order['id']}"
        found["keys of an order"] = sorted(order)
        found["keys of an order line"] = set(order["line_items"][0])
        found["line price type"] = type(order["line_items"][0]["price"]).__name__
        found["order taxes"] = [
            [
                row["label"],
                row["tax_total"],
                row["shipping_tax_total"],
                row["rate_percent"],
            ]
            for row in order["tax_lines"]
        ]
        found["order total"] = order["total"]
        for act, method, target, body in (
            ("a note", "POST", f"{path}/notes", {"note": "x"}),
            ("PUT {}", "PUT", path, {}),
            ("a meta-only PUT", "PUT", path, _meta("m")),
            ("a refund", "POST", f"{path}/refunds", _refund("1.00")),
            ("a status change", "PUT", path, {"status": "completed"}),
        ):
            name = f"order date_modified moves on {act}"
            found[name] = self._moves(path, method, target, body)
        found["modified_after of the order's own date_modified_gmt finds it"] = (
            self._finds_itself("orders", path)
        )
        return found | self._about_refunds(order) | self._about_odd_orders()

    def _about_refunds(self, order: Json) -> Json:
        path = f"orders/{order['id']}"
        line = order["line_items"][0]["id"]
        found: Json = {}
        found["order.refunds"] = [
            sorted(row) for row in self.ask("GET", path)[1]["refunds"]
        ]
        before = self._stock()
        row = {"id": line, "quantity": 1, "refund_total": "1.00"}
        refund = self.ask.made(
            f"{path}/refunds", {"api_refund": False, "line_items": [row]}
        )
        found["refund of one unit, api_restock not sent: stock change"] = (
            self._stock() - before
        )
        shown = refund["line_items"][0]
        found["refund amount / line total / line quantity"] = [
            refund["amount"],
            shown["total"],
            shown["quantity"],
        ]
        found["keys of a refund"] = set(refund)
        row = {"id": line, "refund_total": "1.00"}
        status, refund = self.ask(
            "POST", f"{path}/refunds", {"api_refund": False, "line_items": [row]}
        )
        name = "refund without amount, line refund_total as string"
        found[name] = [status, refund["amount"]]
        found["refund too large"] = list(
            self.ask("POST", f"{path}/refunds", _refund("9999"))
        )
        found["refund of 0"] = [
            self.ask("POST", f"{path}/refunds", _refund("0"))[0],
            None,
        ]
        found["refund under a wrong order"] = list(self.ask("GET", f"{path}/refunds/1"))
        found["GET /refunds"] = [self.ask("GET", "refunds")[0]]
        return found

    def _about_odd_orders(self) -> Json:
        product_id = self.product["id"]
        found: Json = {}
        for sent, name in (
            (
                {"line_items": [{"product_id": 999999, "quantity": 1}]},
                'order with {"line_items": [{"product_id": 999999, "quantity": 1}]}',
            ),
            (
                {"line_items": [{"sku": "A", "quantity": 1}]},
                'order with {"line_items": [{"sku": "A", "quantity": 1}]}',
            ),
            (
                {"line_items": [{"name": "Custom", "quantity": 1, "total": "5.00"}]},
                'order with {"line_items": [{"name": "Custom", "quantity": 1, '
                '"total": "5.00"}]}',
            ),
            (
                {"line_items": [{"product_id": product_id, "quantity": 0}]},
                'order with {"line_items": [{"product_id": P, "quantity": 0}]}',
            ),
            (
                {
                    "line_items": [{"product_id": product_id, "quantity": 1}],
                    "coupon_lines": [{"code": "nope"}],
                },
                'order with {"line_items": [{"product_id": P, "quantity": 1}], '
                '"coupon_lines": [{"code": "nope"}]}',
            ),
        ):
            found[name] = self._odd(sent)
        before = self._stock()
        order = self._order(1, status="processing")
        path, line = f"orders/{order['id']}", order["line_items"][0]["id"]
        before = self._stock()
        self.ask("PUT", path, {"line_items": [{"id": line, "quantity": 3}]})
        shown = self.ask("GET", path)[1]["line_items"][0]
        found["line quantity 1 -> 3 by PUT: line total, price, stock change"] = [
            shown["total"],
            shown["price"],
            self._stock() - before,
        ]
        other = f"orders/{self._order(1, status='processing')['id']}"
        before = self._stock()
        self.ask("PUT", other, {"status": "cancelled"})
        found["cancelled: stock change"] = self._stock() - before
        third = f"orders/{self._order(1, status='processing')['id']}"
        before = self._stock()
        self.ask("DELETE", third)
        found["processing order trashed: stock change"] = self._stock() - before
        fourth = f"orders/{self._order(1, status='processing')['id']}"
        before = self._stock()
        self.ask("PUT", fourth, {"status": "refunded"})
        found["status refunded by hand: refunds, stock change"] = [
            len(self.ask("GET", fourth)[1]["refunds"]),
            self._stock() - before,
        ]
        return found

    def about_customers(self) -> Json:
        """Return the answers about customers."""
        meta = [{"key": "_p", "value": "1"}, {"key": "p", "value": "1"}]
        kim = self.ask.made(
            "customers", {"email": "kim@example.com", "meta_data": meta}
        )
        kept = [row["key"] for row in kim["meta_data"]]
        return {
            "customer meta kept (_p, p)": [key for key in kept if key in {"_p", "p"}],
            "duplicate customer e-mail": self._code(
                "POST", "customers", {"email": "KIM@example.com"}
            ),
        }

    def about_signing_in(self) -> Json:
        """Return the answers to other keys, and to another way in."""
        simulator = self.ask.simulator
        reader = simulator.make_key("read")
        basic = _basic(simulator.consumer_key, simulator.consumer_secret)
        half = _basic(reader.consumer_key, reader.consumer_secret)
        route = "/wp-json/wc/v3/products"
        status, refused = self.ask.raw("POST", route, {"name": "x"}, half)
        return {
            "?rest_route= with Basic": self.ask.raw(
                "GET", "/?rest_route=/wc/v3/products", None, basic
            )[0],
            "read-only key reads": self.ask.raw("GET", route, None, half)[0],
            "read-only key writes": [status, refused["code"]],
        }

    def put(self, **sent: Value) -> Json:
        """Change the product, and return it."""
        status, found = self.ask("PUT", self.path, sent)
        assert status == 200, found
        assert isinstance(found, dict)
        return found

    def _order(self, quantity: int = 1, **more: Value) -> Json:
        line = {"product_id": self.product["id"], "quantity": quantity}
        line |= {
            name: more.pop(name)
            for name in ("product_id", "variation_id")
            if name in more
        }
        shipping = {"method_id": "flat_rate", "method_title": "Flat", "total": "10.00"}
        sent = {"billing": NYC, "line_items": [line], "shipping_lines": [shipping]}
        return self.ask.made("orders", {**sent, **more})

    def _odd(self, sent: Json) -> list[Value]:
        listed = self._listed()
        status, answer = self.ask("POST", "orders", sent)
        more = f"orders listed +{self._listed() - listed}"
        if status == 201:
            own = self.product["id"]
            ids = [line["product_id"] for line in answer["line_items"]]
            lines = ["P" if product_id == own else product_id for product_id in ids]
            return [status, None, more, lines]
        data = dict(answer["data"])
        if "new_draft_order_id" in data:
            data["new_draft_order_id"] = "some"
        return [status, answer["code"], more, data]

    def _listed(self) -> int:
        self.ask("GET", "orders", per_page=1)
        return int(self.ask.headers["x-wp-total"])

    def _stock(self) -> int:
        quantity = self.ask.simulator.state.product(self.product["id"]).stock_quantity
        assert quantity is not None
        return quantity

    def _date(self, path: str) -> str:
        return str(self.ask("GET", path)[1]["date_modified_gmt"])

    def _moves(self, watched: str, method: str, path: str, body: Json) -> bool:
        before = self._date(watched)
        self.clock.advance(2)
        status, answer = self.ask(method, path, body)
        assert status < 300, answer
        return self._date(watched) != before

    def _finds_itself(self, route: str, path: str) -> bool:
        record = self.ask("GET", path)[1]
        bound = record["date_modified_gmt"]
        rows = self.ask("GET", route, modified_after=bound, dates_are_gmt="true")[1]
        return record["id"] in [row["id"] for row in rows]

    def _code(self, method: str, path: str, body: Json) -> list[Value]:
        status, answer = self.ask(method, path, body)
        return [status, answer["code"]]

    def _batch(self, change: Json) -> Value:
        rows = {"update": [{"id": self.product["id"], **change}]}
        return self.ask("POST", "products/batch", rows)[1]["update"][0][
            "stock_quantity"
        ]

    def _duplicate(self) -> list[Value]:
        status, answer = self.ask("POST", "products", {"name": "x", "sku": "A"})
        return [status, answer["code"], sorted(answer["data"])]

    def _sku_of_trashed(self) -> list[Value]:
        gone = self.make("T")
        self.ask("DELETE", f"products/{gone['id']}")
        status, answer = self.ask("POST", "products", {"name": "x", "sku": "T"})
        return [status, answer.get("code")]


def _basic(key: str, secret: str) -> dict[str, str]:
    pair = b64encode(f"{key}:{secret}".encode()).decode()
    return {"Authorization": f"Basic {pair}"}


def _price(price: Value) -> Json:
    return {"regular_price": price}


def _meta(key: str) -> Json:
    return {"meta_data": [{"key": key, "value": "1"}]}


def _refund(amount: str) -> Json:
    return {"amount": amount, "api_refund": False}
