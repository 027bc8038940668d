"""Rounding, as QuickBooks Online rounds: half up, to the currency's smallest unit."""

from decimal import ROUND_HALF_UP, Decimal

_NO_DECIMALS = {"JPY", "KRW", "VND", "CLP"}
NAMES = {
    "USD": "United States Dollar",
    "CAD": "Canadian Dollar",
    "GBP": "British Pound Sterling",
    "EUR": "Euro",
    "AUD": "Australian Dollar",
}


def rounded(amount: Decimal, currency: str = "USD") -> Decimal:
    """Return an amount that the currency can hold."""
    unit = Decimal(1) if currency in _NO_DECIMALS else Decimal("0.01")
    return amount.quantize(unit, ROUND_HALF_UP)


def currency_ref(code: str) -> dict[str, str]:
    """Return a reference to a currency, with its name where we know one."""
    name = NAMES.get(code)
    return {"value": code, "name": name} if name else {"value": code}
