"""What a change is made of when several assumptions change at once, and which of them matters most.

Both ways ask a function again and again, with one thing changed at a time from the same beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

CENTS = 100


@dataclass(frozen=True, slots=True)
class Change:
    """A change taken apart, in whole cents, so that its parts add up to it exactly.

    before, after : the amounts, in cents. effects : group → what it changes when it alone changes, in cents.
    interaction : what comes only when they change together, in cents.
    """

    before: int
    after: int
    effects: Mapping[str, int]
    interaction: int

    @property
    def change(self) -> int:
        """After minus before, in cents: the effects and the interaction together."""
        return self.after - self.before

    def euros(self, part: str) -> float:
        """Return the effect of a group in euros."""
        return self.effects[part] / CENTS


def one_group_at_a_time(amount: Callable[[frozenset[str]], float], groups: Sequence[str]) -> Change:
    """Take a change apart into what each group of assumptions does alone, and the rest.

    effect g = amount({g}) − amount({}); interaction = amount(all) − amount({}) − Σ effects.

    Parameters
    ----------
    amount : euros when the assumptions of these groups hold and everything else stays as it is.
    groups : names of the groups, each once.

    Raises
    ------
    ValueError
        A group is named twice.

    References
    ----------
    Kitagawa (1955), Components of a difference between two rates, J. Amer. Statist. Assoc. 50: base weights, with the
    interaction shown and given to nobody.
    """
    if len(set(groups)) != len(groups):
        raise ValueError("every group once")
    before, after = (round(amount(frozenset(some)) * CENTS) for some in ((), groups))
    effects = {group: round(amount(frozenset({group})) * CENTS) - before for group in groups}
    return Change(before, after, effects, after - before - sum(effects.values()))


def swings(outcome: Callable[[Mapping[str, float]], float], numbers: pd.DataFrame) -> pd.DataFrame:
    """Return how an outcome moves when one number at a time goes from its lower to its upper limit (a tornado).

    Parameters
    ----------
    outcome : result when these numbers (name → value) stand in place of the assumed ones.
    numbers : columns ``name``, ``lower``, ``upper``; one row a number.

    Returns
    -------
    The columns of `numbers` with ``at_lower``, ``at_upper`` (the outcome there) and ``swing``, the distance between
    them; the largest swing first, equal ones by name.
    """
    at_lower, at_upper = (
        [float(outcome({name: value})) for name, value in zip(numbers["name"], numbers[end].astype(float), strict=True)]
        for end in ("lower", "upper")
    )
    found = numbers.assign(at_lower=at_lower, at_upper=at_upper).astype({"at_lower": float, "at_upper": float})
    found = found.assign(swing=(found["at_upper"] - found["at_lower"]).abs())
    return found.sort_values(["swing", "name"], ascending=[False, True]).reset_index(drop=True)
