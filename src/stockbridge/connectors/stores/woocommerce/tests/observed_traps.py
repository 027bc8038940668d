"""Which rows of the README's table answer which line of what was observed.

Each key is the beginning of a line in `OBSERVED.md`, or in part 4 of `FACTS.md`; the
values are the beginnings of traps in the table.
"""

NEVER_ASKED = "never asked for"  # see that part of the README
NO_TRAP = "no trap"  # a fact that nobody can stumble over
NO_TRAPS = frozenset({NEVER_ASKED, NO_TRAP})

TRAPS_OF_OBSERVED: dict[str, tuple[str, ...]] = {
    "`modified_after`, `modified_before`": ("Date filters leave the bound itself out",),
    "Without `dates_are_gmt`": ("A date without a flag",),
    "Product `date_modified_gmt` moves": (
        "Our own writes move dates",
        "A quantity that a plugin writes raw",
    ),
    "A variation change moves the parent": (
        "A variation's change shows",
        "The store-wide list of variations",
    ),
    "Order `date_modified_gmt`": (
        "A note moves no date",
        "A refund does not move its order's date",
    ),
    "`GET /customers` ignores": (
        "Customers cannot be filtered",
        "The store-wide list of refunds",
    ),
    "Prices are strings.": ("A price sent as a number", "`19,95` is stored as 1995"),
    "**A batch skips parameter validation**": (
        "A batch skips the store's own checks",
        "A batch takes an unknown status",
        "A batch answers 200 with errors",
        "Over 100 rows",
    ),
    "Stock written while `manage_stock`": (
        "Stock written where it is not tracked",
        "Stock written to a variation",
    ),
    "Variation ids are refused": (
        "Variations are refused in the batch",
        "A variation is shown by its id",
    ),
    "`inventory_delta`": ("A relative write exists",),
    "SKU matching ignores case.": (
        "SKUs ignore case",
        "A SKU that another product has",
        "`%2F` and blanks",
        "`&` comes back",
    ),
    "PUT to an unknown id": ("An unknown id answers 400", NEVER_ASKED),
    "Money is strings, but": (
        "A line's `price` is a float",
        "A line of a vanished product",
        NEVER_ASKED,
    ),
    "An unknown product or SKU": ("A line of a vanished product",),
    "A bad coupon answers 400": ("A refused coupon leaves an order",),
    "`prices_include_tax` true": ("Lines are net even where",),
    "With rounding at subtotal": ("Rounding at subtotal",),
    "`number` can be any text.": (
        "An order number can be any text",
        "Orders of a vanished status",
        "Decimals follow the shop's setting",
    ),
    "Orders made through the API": ("An order to be paid on delivery",),
    "An order with `customer_id` only": (
        "An order made with a customer id only",
        "Orders of a deleted customer",
    ),
    "Pending takes none": (
        "Orders on hold take stock",
        "Trashed orders vanish from lists, and give no stock back",
        "A refund of an amount only, or by setting the status",
        "Orders may sell more than there is",
    ),
    "`amount` is positive": (
        "A refund's lines are negative",
        "A refund leaves its order's total",
        "More units may be refunded",
        NEVER_ASKED,
    ),
    "Meta that begins with `_`": (NEVER_ASKED,),
    "Ping: a form body": ("A webhook's ping is unsigned",),
    "A failed delivery is never tried again": (
        "Deliveries are lost",
        "After six failures",
        "Our own writes come back as notices",
        "A deletion's notice has an id only",
    ),
    "A variation's stock change sends": (
        "A variation's notice looks like a product's",
        "A secret cannot be read back",
        "Private hosts and odd ports",
        "An address at which nobody answers is taken",
    ),
    "A wrong key looks exactly": (
        "A wrong key looks like no key",
        "A key may only read",
        "The API's index answers without keys",
    ),
    "An OAuth request repeated": ("An OAuth call repeated", "Plain permalinks"),
    "**Plain permalinks**": ("Plain permalinks", "A web page where data"),
    "Maintenance: 503": (
        "Maintenance: 503",
        "A plugin dies after the save",
        "A call outlasts our patience",
    ),
    "Something printed before": ("Something is printed before the JSON",),
    "Pairing (`/wc-auth": (
        "Pairing posts unsigned keys",
        "Approving a pairing twice",
    ),
}

TRAPS_OF_FACTS: dict[str, tuple[str, ...]] = {
    "**Auth.**": (NO_TRAP,),
    "- HTTPS: Basic": (
        "Basic is ignored over http",
        "Clocks over 15 minutes",
        "An OAuth call repeated",
    ),
    '- "https" is what PHP sees': (
        "Hosts strip the Authorization header, or hide https",
        "OAuth signs the site's own address",
    ),
    "- Unknown key and no key": (
        "A wrong key looks like no key",
        "A key may only read",
        "Hosts strip the Authorization header",
    ),
    "- wc-auth flow": ("Pairing posts unsigned keys",),
    "**Paging.**": ("Past its end a list is 200", "`_fields=line_items.sku`"),
    "**Change queries.**": ("Customers cannot be filtered",),
    "- The bound is EXCLUSIVE": ("Date filters leave the bound itself out",),
    "- Default is the SITE time zone": ("A date without a flag",),
    "- Bumps product date": (
        "Our own writes move dates",
        "A note moves no date",
        "A refund does not move its order's date",
    ),
    "- `sort orderby=modified`": ("Trashed orders vanish from lists",),
    "**Stock writes.**": (
        "Over 100 rows",
        "A batch answers 200 with errors",
        "A batch skips the store's own checks",
        "A relative write exists",
        "An answer to a creation gets lost; `Idempotency-Key`",
        "A variation is shown by its id",
    ),
    "- Prices must be strings": (
        "A price sent as a number",
        "A SKU that another product has",
        "`&` comes back",
    ),
    "- An order over the stock": (
        "Orders may sell more than there is",
        "The store notes restocked units",
    ),
    "**Orders, tax, refunds.**": (NO_TRAP,),
    "- Money strings with 2 decimals": (
        "A line's `price` is a float",
        "Lines are net even where",
        "Decimals follow the shop's setting",
    ),
    "- Rounding: order": (
        "Rounding at subtotal",
        "Lines are net even where prices include tax; coupons",
    ),
    "- Fees may be negative": (
        "Fees may be negative",
        "A line of a vanished product",
    ),
    "- Refund = own object": (
        "A refund's lines are negative",
        "A refund of an amount only",
        "The store-wide list of refunds",
        NEVER_ASKED,
    ),
    "- Customer data: guests": (
        "Orders of a deleted customer, and guests",
        "An order number can be any text",
        "A date without a flag",
    ),
    "- Core has ONE location": (NO_TRAP,),
    "- Trash: DELETE": ("Webhooks have no trash", NEVER_ASKED),
    "**Webhooks.**": ("A secret may hold odd characters",),
    "- On creation an UNSIGNED": ("A webhook's ping is unsigned",),
    "- Queued by Action Scheduler": ("Deliveries are lost",),
    "- **No retry.**": ("Deliveries are lost", "After six failures"),
    "- Delivery-ID = hash": (
        "Two deliveries of one second share their id",
        "A variation's notice looks like a product's",
        "Our own writes come back as notices",
        "A deletion's notice has an id only",
        "Private hosts and odd ports",
    ),
    "- Behaviour re-read": (NO_TRAP,),
    "**Formal validation.**": (NO_TRAP,),
}
