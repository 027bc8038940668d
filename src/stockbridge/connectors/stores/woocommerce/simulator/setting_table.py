"""The settings of a store that matter to a connector, with their defaults."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of WooCommerce's settings."""

    group: str
    id: str
    label: str
    type: str
    default: str
    options: tuple[tuple[str, str], ...] = ()
    description: str = ""
    tip: str | None = None  # None: as the description; checkboxes have none


def _checkbox(group: str, name: str, default: str, label: str, words: str) -> Setting:
    return Setting(
        group, f"woocommerce_{name}", label, "checkbox", default, description=words
    )


_YES_NO = (
    ("yes", "Yes, I will enter prices inclusive of tax"),
    ("no", "No, I will enter prices exclusive of tax"),
)
_PRICES_TIP = (
    "This option is important as it will affect how you input prices. If you select "
    '"Yes", enter prices including your base location\'s tax rate, the baseline for '
    "tax calculations. Changing this option will not update existing products."
)
_STOCK_TIP = "When product stock reaches this amount you will be notified via email."
_NO_STOCK_TIP = (
    "When product stock reaches this amount the stock status will change to "
    '"out of stock" and you will be notified via email. This setting does not affect '
    'existing "in stock" products.'
)
_BASED_ON = (
    ("shipping", "Customer shipping address"),
    ("billing", "Customer billing address"),
    ("base", "Shop base address"),
)
_SHIPPING_CLASS = (
    ("inherit", "Shipping tax class based on cart items"),
    ("", "Standard"),
    ("reduced-rate", "Reduced rate"),
    ("zero-rate", "Zero rate"),
)
_INCL = (("incl", "Including tax"), ("excl", "Excluding tax"))
_POSITIONS = (
    ("left", "Left"),
    ("right", "Right"),
    ("left_space", "Left with space"),
    ("right_space", "Right with space"),
)
_WEIGHTS = tuple((unit, unit) for unit in ("kg", "g", "lbs", "oz"))
_LENGTHS = tuple((unit, unit) for unit in ("m", "cm", "mm", "in", "yd"))

GENERAL = (
    Setting("general", "woocommerce_store_address", "Address line 1", "text", ""),
    Setting("general", "woocommerce_store_address_2", "Address line 2", "text", ""),
    Setting("general", "woocommerce_store_city", "City", "text", ""),
    Setting(
        "general", "woocommerce_default_country", "Country / State", "select", "US:CA"
    ),
    Setting("general", "woocommerce_store_postcode", "Postcode / ZIP", "text", ""),
    _checkbox(
        "general",
        "calc_taxes",
        "no",
        "Enable taxes",
        "Enable tax rates and calculations",
    ),
    _checkbox(
        "general",
        "enable_coupons",
        "yes",
        "Enable coupons",
        "Enable the use of coupon codes",
    ),
    _checkbox(
        "general",
        "calc_discounts_sequentially",
        "no",
        "",
        "Calculate coupon discounts sequentially",
    ),
    Setting("general", "woocommerce_currency", "Currency", "select", "USD"),
    Setting(
        "general",
        "woocommerce_currency_pos",
        "Currency position",
        "select",
        "left",
        _POSITIONS,
    ),
    Setting(
        "general", "woocommerce_price_thousand_sep", "Thousand separator", "text", ","
    ),
    Setting(
        "general", "woocommerce_price_decimal_sep", "Decimal separator", "text", "."
    ),
    Setting(
        "general", "woocommerce_price_num_decimals", "Number of decimals", "number", "2"
    ),
)
PRODUCTS = (
    Setting(
        "products",
        "woocommerce_weight_unit",
        "Weight unit",
        "select",
        "lbs",
        _WEIGHTS,
        "This controls what unit you will define weights in.",
    ),
    Setting(
        "products",
        "woocommerce_dimension_unit",
        "Dimensions unit",
        "select",
        "in",
        _LENGTHS,
        "This controls what unit you will define lengths in.",
    ),
    _checkbox(
        "products", "manage_stock", "yes", "Manage stock", "Enable stock management"
    ),
    Setting(
        "products",
        "woocommerce_hold_stock_minutes",
        "Hold stock (minutes)",
        "number",
        "60",
    ),
    Setting(
        "products",
        "woocommerce_notify_low_stock_amount",
        "Low stock threshold",
        "number",
        "2",
        description=_STOCK_TIP,
    ),
    Setting(
        "products",
        "woocommerce_notify_no_stock_amount",
        "Out of stock threshold",
        "number",
        "0",
        description=_NO_STOCK_TIP,
    ),
)
TAX = (
    Setting(
        "tax",
        "woocommerce_prices_include_tax",
        "Prices entered with tax",
        "radio",
        "no",
        _YES_NO,
        tip=_PRICES_TIP,
    ),
    Setting(
        "tax",
        "woocommerce_tax_based_on",
        "Calculate tax based on",
        "select",
        "shipping",
        _BASED_ON,
        tip="This option determines which address is used to calculate tax.",
    ),
    Setting(
        "tax",
        "woocommerce_shipping_tax_class",
        "Shipping tax class",
        "select",
        "inherit",
        _SHIPPING_CLASS,
        "Optionally control which tax class shipping gets, or leave it so shipping "
        "tax is based on the cart items themselves.",
    ),
    _checkbox(
        "tax",
        "tax_round_at_subtotal",
        "no",
        "Rounding",
        "Round tax at subtotal level, instead of rounding per line",
    ),
    Setting(
        "tax",
        "woocommerce_tax_display_shop",
        "Display prices in the shop",
        "select",
        "excl",
        _INCL,
    ),
    Setting(
        "tax",
        "woocommerce_tax_display_cart",
        "Display prices during cart and checkout",
        "select",
        "excl",
        _INCL,
    ),
)
SETTINGS = {row.id: row for row in (*GENERAL, *PRODUCTS, *TAX)}
GROUPS = (
    ("wc_admin", "WooCommerce Admin", "Settings for WooCommerce admin reporting."),
    ("general", "General", ""),
    ("products", "Products", ""),
    ("tax", "Tax", ""),
    ("shipping", "Shipping", ""),
    ("checkout", "Payments", ""),
    ("account", "Accounts &amp; Privacy", ""),
    ("email", "Emails", ""),
    ("integration", "Integration", ""),
    ("site-visibility", "Site visibility", ""),
    ("point-of-sale", "Point of Sale", ""),
    ("advanced", "Advanced", ""),
)


def default_settings() -> dict[str, str]:
    """Return all settings as a new example store in New York has them."""
    values = {row.id: row.default for row in SETTINGS.values()}
    values["woocommerce_store_address"] = "1 Example Plaza"
    values["woocommerce_store_city"] = "New York"
    values["woocommerce_default_country"] = "US:NY"
    values["woocommerce_store_postcode"] = "10001"
    values["woocommerce_calc_taxes"] = "yes"
    return values
