"""Exact amounts of money: a decimal and its currency, never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from stockbridge.domain.errors import DefectError, InvalidInputError

# ISO 4217, the currencies whose minor unit is not a hundredth.
_MINOR_DIGITS = {
    **dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    ),
    **dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3),
    **dict.fromkeys(["CLF", "UYW"], 4),
}
_CURRENCY_CHARS = 3


def minor_digits(currency: str) -> int:
    """Return how many decimals the currency's smallest coin has (ISO 4217)."""
    return _MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency; may be finer than the smallest coin.

    Raises TypeError for a float, InvalidInputError for what is no number or no
    currency code, DefectError when two currencies meet, be it to add or to compare.
    """

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError(f"Money takes a Decimal, not {self.amount!r}")
        if not self.amount.is_finite():
            raise InvalidInputError(f"{self.amount} is no amount of money.")
        code = self.currency
        if len(code) != _CURRENCY_CHARS or not (code.isascii() and code.isupper()):
            raise InvalidInputError(
                f"{code!r} is no currency code.",
                field="currency",
                remedy="Use the three-letter ISO 4217 code, as USD.",
            )

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other).amount, self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other).amount, self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.amount), self.currency)

    def __mul__(self, factor: Decimal | int) -> "Money":
        return Money(self.amount * factor, self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other).amount

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other).amount

    def __gt__(self, other: "Money") -> bool:
        return self.amount > self._same(other).amount

    def __ge__(self, other: "Money") -> bool:
        return self.amount >= self._same(other).amount

    def __bool__(self) -> bool:
        return self.amount != 0

    def __str__(self) -> str:
        digits = max(minor_digits(self.currency), _digits(self.amount))
        return f"{self.amount:.{digits}f} {self.currency}"

    @property
    def unit(self) -> Decimal:
        """The smallest coin: 0.01 for USD, 1 for JPY."""
        return Decimal(1).scaleb(-minor_digits(self.currency))

    @property
    def is_exact(self) -> bool:
        """Whether the amount can be paid in coins: no finer than the minor unit."""
        return _digits(self.amount) <= minor_digits(self.currency)

    def rounded(self) -> "Money":
        """Return the amount rounded half up to the smallest coin."""
        return Money(self.amount.quantize(self.unit, ROUND_HALF_UP), self.currency)

    def split(self, weights: Sequence[Decimal]) -> tuple["Money", ...]:
        """Return exact shares in proportion to `weights`; they add up to self.

        Each share is off by less than one coin. Left-over coins go where they
        distort least, later shares first: 10.00 by three is 3.33, 3.33, 3.34. All
        weights zero means equal shares. Raises DefectError without weights or
        for a negative one.
        """
        if not weights or any(weight < 0 for weight in weights):
            raise DefectError("split needs weights, none of them negative")
        total = sum(weights)
        if not total:
            weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
        wanted = [self.amount * weight / total for weight in weights]
        unit = min(self.unit, Decimal(1).scaleb(-_digits(self.amount)))
        coins = _to_units(wanted, self.amount, unit)
        return tuple(Money(amount, self.currency) for amount in coins)

    def _same(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise DefectError(f"{self.currency} and {other.currency} do not mix")
        return other


def zero(currency: str) -> Money:
    """Return nothing, in that currency."""
    return Money(Decimal(0), currency)


def total_of(amounts: Iterable[Money], currency: str) -> Money:
    """Return the sum; `currency` is what an empty sum is in."""
    total = zero(currency)
    for amount in amounts:
        total += amount
    return total


def rounded_to(amounts: Sequence[Money], billed: Money) -> tuple[Money, ...] | None:
    """Return the amounts in whole coins so that they add up to `billed`.

    Each moves by less than one coin (largest remainder, CORRECTNESS 5). None
    when no such rounding exists: the difference is more than rounding explains.
    """
    if not billed.is_exact:
        return None
    if not amounts:
        return () if not billed else None
    wanted = [amount.amount for amount in amounts]
    if abs(billed.amount - sum(wanted)) >= billed.unit * len(wanted):
        return None
    coins = _to_units(wanted, billed.amount, billed.unit)
    pairs = zip(coins, wanted, strict=True)
    if any(abs(new - old) >= billed.unit for new, old in pairs):
        return None
    return tuple(Money(amount, billed.currency) for amount in coins)


def spread(
    amounts: Sequence[Money], billed: Money, *, weights: Sequence[Decimal] = ()
) -> tuple[Money, ...]:
    """Return the amounts in whole coins, made to add up to `billed` whatever it takes.

    Like `rounded_to`; where rounding does not explain the difference it is spread
    over the amounts in proportion to their size, or to `weights` where all are zero.
    For amounts that only tell how a billed sum is made up. Raises DefectError
    without amounts.
    """
    exact = rounded_to(amounts, billed)
    if exact is not None:
        return exact
    own = [amount.rounded() for amount in amounts]
    sizes = [abs(amount.amount) for amount in own]
    missing = billed - total_of(own, billed.currency)
    shares = missing.split(sizes if any(sizes) else (weights or sizes))
    return tuple(amount + share for amount, share in zip(own, shares, strict=True))


def _to_units(
    wanted: Sequence[Decimal], target: Decimal, unit: Decimal
) -> list[Decimal]:
    """Round to whole units, then move the fewest, least distorted, to the target."""
    coins = [amount.quantize(unit, ROUND_HALF_UP) for amount in wanted]
    missing = target - sum(coins)
    step = unit if missing > 0 else -unit
    turns = sorted(
        range(len(wanted)),
        key=lambda index: ((coins[index] - wanted[index]) * step, -index),
    )
    for turn in range(int(abs(missing) / unit)):
        coins[turns[turn % len(turns)]] += step
    return coins


def _digits(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
