"""What our marker lends to names and numbers of QuickBooks."""


def short_sign(marker: str, chars: int) -> str:
    """Return some characters of the marker, for a suffix or a number."""
    return marker[2 : 2 + chars]


def suffixed(name: str, suffix: str, chars_max: int) -> str:
    """Return the name with a suffix, the name cut so that both fit."""
    return f"{name[: chars_max - len(suffix) - 1].strip()} {suffix}"
