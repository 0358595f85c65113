"""Which causes or states of a group are pooled into "other" because they are too few to have a curve of their own (R8).

Incidences add up, so do shares in a state: the curve of a pool is the sum of its members'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kumppanuus.disclosure.released import Rules
from kumppanuus.disclosure.rules_curves import CAUSE_EVENTS, Ends, enough_behind, sure_events

OTHER = "other"
BETWEEN = "\x1f"
"""Between the codes of several dimensions whose curves add up."""


@dataclass(frozen=True, slots=True)
class Total:
    """A cause or state as far as the curves reach.

    ends : its events in all and the fewest behind them. people : ever in the state, NaN of a
        cause. homes : their families. first : in the state at the beginning. seldom : at most points it holds 1 to 6.
    """

    ends: Ends
    people: float = float("nan")
    homes: float = float("nan")
    first: float = 0.0
    seldom: bool = False

    @property
    def nothing(self) -> bool:
        """Whether nothing ever happened in it."""
        return self.ends.events == 0 and not self.people > 0


def pool_of(totals: Mapping[str, Total], rules: Rules, given: frozenset[str] = frozenset(), more: int = 0) -> set[str]:
    """Return the codes to pool.

    Those that are too few; while these are too few together, the smallest of the others joins them, first of all one
    that is called "other" anyway: it bears the name of the pool. Nothing is pooled when only one code has anything at
    all.

    Parameters
    ----------
    given : codes that must be pooled in any case. more : so many others join besides, at most all.
    """
    some = {code: total for code, total in totals.items() if not total.nothing}
    pool = {code for code, total in some.items() if code in given or _few(total, rules)}
    others = sorted(some.keys() - pool, key=lambda code: (not _is_other(code), some[code].ends.events, code))
    while others and pool and _few_together([some[code] for code in pool], rules):
        pool.add(others.pop(0))
    pool |= set(others[: more + (not pool)] if more else ())
    if len(some) == 1 and not given:
        return set()
    return pool | (given & totals.keys())


def _is_other(code: str) -> bool:
    return set(code.split(BETWEEN)) == {OTHER}


def _few(total: Total, rules: Rules) -> bool:
    return _few_together([total], rules)


def _few_together(totals: list[Total], rules: Rules) -> bool:
    """Whether a pool is too small; of families and of people in states no more is known than of the largest."""
    events = sum(total.ends.events for total in totals)
    behind = Ends(events, max(total.ends.persons for total in totals), max(total.ends.families for total in totals))
    people, homes = max(total.people for total in totals), max(total.homes for total in totals)
    first = sum(total.first for total in totals)
    few_events = events > 0 and (events < CAUSE_EVENTS or not enough_behind(behind, rules))
    few_people = 0 < people < sure_events(rules) or 0 < homes < rules.f or 0 < first < sure_events(rules)
    return few_events or few_people or all(total.seldom for total in totals)
