"""Exact amounts of money: a decimal and its currency, never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

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


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An exact amount in one currency; may be finer than the smallest coin.

    Raises TypeError for a float, InvalidInputError for what is no number or no
    currency code, DefectError when two currencies meet.
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

        Left-over coins go to the largest remainders, earlier shares first. All
        weights zero means equal shares. Raises DefectError without weights or
        for a negative one.
        """
        if not weights or any(weight < 0 for weight in weights):
            raise DefectError("split needs weights, none of them negative")
        total = sum(weights)
        if not total:
            weights, total = [Decimal(1)] * len(weights), Decimal(len(weights))
        wanted = [self.amount * weight / total for weight in weights]
        return _to_coins(wanted, self)

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
    exact = _to_coins([amount.amount for amount in amounts], billed)
    moved = zip(exact, amounts, strict=True)
    if any(abs((new - old).amount) >= billed.unit for new, old in moved):
        return None
    return exact


def _to_coins(wanted: Sequence[Decimal], target: Money) -> tuple[Money, ...]:
    unit = (
        target.unit
        if target.is_exact
        else target.amount.normalize() * 0 + _finest(target.amount)
    )
    floors = [amount.quantize(unit, ROUND_DOWN) for amount in wanted]
    missing = target.amount - sum(floors)
    step = unit if missing >= 0 else -unit
    order = sorted(
        range(len(wanted)),
        key=lambda index: -(wanted[index] - floors[index]) * (1 if step > 0 else -1),
    )
    count = int(abs(missing) / unit)
    for turn in range(count):
        floors[order[turn % len(order)]] += step
    return tuple(Money(amount, target.currency) for amount in floors)


def _finest(amount: Decimal) -> Decimal:
    return Decimal(1).scaleb(-_digits(amount))


def _digits(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
