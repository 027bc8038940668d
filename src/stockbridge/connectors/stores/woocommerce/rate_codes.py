"""Who charges a tax, read from the code that an order keeps of its rate.

WooCommerce writes it as COUNTRY-STATE-NAME-PRIORITY in capitals and leaves out what a
rate does not have (`WC_Tax::get_rate_code`; recorded: "US-NY-NYC CITY-2"). The name may
hold hyphens, so it is taken off by the label. City and postcode are not in the code.
"""

import re

_COUNTRY = re.compile(r"[A-Z]{2}")
_UNNAMED = "TAX"  # the code of a rate without a name


def who_charges(code: str, label: str) -> tuple[str, str]:
    """Return country and state of a rate; "" for what the code does not say."""
    rest, _, priority = code.upper().rpartition("-")
    if not priority.isdecimal():
        return "", ""
    for name in (label.upper(), _UNNAMED):
        if rest == name:
            return "", ""
        if name and rest.endswith(f"-{name}"):
            country, _, state = rest.removesuffix(f"-{name}").partition("-")
            return (country, state) if _COUNTRY.fullmatch(country) else ("", "")
    # Renamed since: where the state ends and the name begins is not known.
    country, dash, _ = rest.partition("-")
    return (country if dash and _COUNTRY.fullmatch(country) else "", "")
