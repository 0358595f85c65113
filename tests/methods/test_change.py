"""A change taken apart adds up to the cent; a tornado is worked by hand."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.methods.change import one_group_at_a_time, swings


def test_price_and_number_by_hand() -> None:
    """10 clients at 100 €; 20 % more clients and 5 % dearer: 200 + 50 alone, and 10 that both bring together."""

    def amount(groups: frozenset[str]) -> float:
        return 10 * (1.2 if "arrivals" in groups else 1) * 100 * (1.05 if "prices" in groups else 1)

    found = one_group_at_a_time(amount, ("arrivals", "prices", "law"))
    assert (found.before, found.after, found.change) == (100_000, 126_000, 26_000)
    assert found.effects == {"arrivals": 20_000, "prices": 5_000, "law": 0}
    assert found.interaction == 1_000
    assert found.euros("prices") == 50.0
    with pytest.raises(ValueError, match="once"):
        one_group_at_a_time(amount, ("law", "law"))


@given(st.lists(st.floats(0.5, 2.0), min_size=1, max_size=6), st.floats(0.01, 1e8))
def test_bars_add_up_to_the_cent(factors: list[float], start: float) -> None:
    def amount(groups: frozenset[str]) -> float:
        product = start
        for place, factor in enumerate(factors):
            product *= factor if str(place) in groups else 1.0
        return product

    found = one_group_at_a_time(amount, [str(place) for place in range(len(factors))])
    assert found.before + sum(found.effects.values()) + found.interaction == found.after
    assert found.after == round(amount(frozenset(map(str, range(len(factors))))) * 100)


def test_a_tornado_by_hand() -> None:
    """Net = 100 · effect − cost: the effect moves it by 30, the cost by 4, the rest by nothing."""
    numbers = pd.DataFrame({"name": ["cost", "effect", "lag"], "lower": [8.0, 0.1, 1.0], "upper": [12.0, 0.4, 9.0]})

    def net(changed: Mapping[str, float]) -> float:
        told = {"effect": 0.2, "cost": 10.0, **changed}
        return 100 * told["effect"] - told["cost"]

    found = swings(net, numbers)
    assert found["name"].tolist() == ["effect", "cost", "lag"]
    assert found["at_lower"].tolist() == pytest.approx([0.0, 12.0, 10.0])
    assert found["at_upper"].tolist() == pytest.approx([30.0, 8.0, 10.0])
    assert found["swing"].tolist() == pytest.approx([30.0, 4.0, 0.0])
    assert swings(net, numbers.iloc[:0]).empty
