"""What a nudge says in words: the sign is a direction, the size a share of the largest nudge."""

# Shares of the largest nudge from which on it is more than "a little", and "a lot".
SOMEWHAT, A_LOT = 0.2, 0.5


def amount(nudge: float, largest: float) -> str:
    """The advice of one component of the negative gradient, beside the largest of them all."""
    if nudge == 0:
        return "stay"
    share = abs(nudge) / largest
    size = "a lot" if share >= A_LOT else "somewhat" if share >= SOMEWHAT else "a little"
    return f"{'increase' if nudge > 0 else 'decrease'} {size}"
