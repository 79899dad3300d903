"""The derivative by its definition: (f(x + h) - f(x)) / h for smaller and smaller h, and no rule."""

from collections.abc import Callable

from mpmath import fabs, isfinite, mp, mpc, mpf

# Below this a derivative is 0 in every float64 (the smallest double is 4.9e-324), so a quotient that
# keeps shrinking, or stays exactly 0, is called 0 once the steps and digits have passed it.
ZERO_DIGITS = 330
_MOST_DIGITS = 20_000


class KinkError(ArithmeticError):
    """f has no derivative at x: the quotients from the left and from the right differ.

    Any value between `left` and `right` is an honest slope there.
    """

    def __init__(self, left: mpf, right: mpf) -> None:
        super().__init__(
            f"a kink: slope {mp.nstr(left, 8)} from the left, {mp.nstr(right, 8)} from the right"
        )
        self.left = left
        self.right = right


class NoLimitError(ArithmeticError):
    """No two settings agreed: f jumps at x, is not finite there, or rounds inside."""


def derivative(
    f: Callable[[mpf], mpf], x: mpf | float | int, digits: int = 30, zero_digits: int = ZERO_DIGITS
) -> mpf:
    """f'(x), right to `digits` significant digits.

    f is any function of one real number written with mpmath's functions; it is called at x - h, x and x + h
    under a working precision that it must follow: one that rounds to float inside looks like a constant.
    A derivative below 10^-zero_digits is called 0, and a smaller zero_digits says so sooner.
    Source: f'(x) = lim (f(x + h) - f(x)) / h for h -> 0, taken from both sides.

    Raises KinkError where the two sides differ, NoLimitError where no limit shows.
    """
    left, right = one_sided(f, x, digits, zero_digits)
    if not _close(left, right, digits - 1):  # either side may be off by one unit in the last digit asked
        raise KinkError(left, right)
    with mp.workdps(digits + 10):
        return (left + right) / 2


def smooth(f: Callable[[mpf], mpf], x: mpf | float | int, digits: int = 30) -> mpf | None:
    """f'(x), where the quotients of both sides already agree to `digits` digits at the first step; else None.

    Enough for an f that looks the same at every scale below 10^-digits, at half the evaluations. What f
    rounds itself may be the same on both sides and leaves 2k digits of a quotient: one below 10^-k is not it.
    """
    k = digits + 10
    found = _quotients(f, mpf(x), k, 3 * k)
    with mp.workdps(digits + 10):
        if found is None or fabs(found[0]) < mpf(10) ** -k or not _close(*found, digits):
            return None
        slope: mpf = (found[0] + found[1]) / 2
        return slope


def one_sided(
    f: Callable[[mpf], mpf], x: mpf | float | int, digits: int = 30, zero_digits: int = ZERO_DIGITS
) -> tuple[mpf, mpf]:
    """The limits of the quotient from the left and from the right, each right to `digits` digits.

    The step is 10^-k and the working precision 3k digits: k are lost to the difference, k are the answer's,
    and k stay in reserve for what f cancels itself. k doubles until two settings agree, because no fixed
    precision serves every f: at z = 118 and 50 digits, -log(1 - sigmoid(z)) is log(0).
    """
    if digits < 1:
        raise ValueError(f"digits={digits}: at least 1")
    with mp.workdps(_MOST_DIGITS):
        x = mpf(x)
    if not isfinite(x):
        raise NoLimitError(f"no derivative at {x}")
    whole = max(0, mp.mag(x) // 3) if x else 0  # digits before the point, which x + h needs as well
    k = digits + 10
    before = _quotients(f, x, k, 3 * k + whole)
    while 6 * k + whole <= _MOST_DIGITS:
        k *= 2
        now = _quotients(f, x, k, 3 * k + whole)
        if before and now:
            left = _settled(before[0], now[0], digits, k, zero_digits)
            right = _settled(before[1], now[1], digits, k, zero_digits)
            if left is not None and right is not None:
                return left, right
        before = now
    raise NoLimitError(f"no two settings agree on {digits} digits at {mp.nstr(x, 8)}")


def _quotients(f: Callable[[mpf], mpf], x: mpf, k: int, digits: int) -> tuple[mpf, mpf] | None:
    with mp.workdps(digits):
        h = mpf(10) ** -k
        try:
            below, here, above = f(x - h), f(x), f(x + h)
        except (ZeroDivisionError, OverflowError):
            return None
        if any(isinstance(value, mpc) or not isfinite(value) for value in (below, here, above)):
            return None
        return (here - below) / h, (above - here) / h


def _settled(before: mpf, now: mpf, digits: int, k: int, zero_digits: int) -> mpf | None:
    """The limit, where two quotients in a row show it."""
    vanished = k >= 2 * zero_digits
    # Two zeros may only mean that f was rounded to a constant twice, so zero needs more digits than the rest.
    if _close(before, now, digits) and (now != 0 or vanished):
        return now
    if vanished and max(fabs(before), fabs(now)) < mpf(10) ** -zero_digits:
        return mpf(0)
    return None


def _close(a: mpf, b: mpf, digits: int) -> bool:
    with mp.workdps(digits + 20):
        return bool(fabs(a - b) <= mpf(10) ** -digits * max(fabs(a), fabs(b)))
