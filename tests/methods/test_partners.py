"""Families to partners: five families worked by hand, what binds, and whom a shortage hits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from kumppanuus.methods.partners import FATES, PartnerProposal, Points, propose_partners

WORKERS = [("ann", "north", "fi", 1.0), ("bea", "south", "fi", 1.0), ("bea", "south", "sv", 1.0)]
FAMILIES = [
    # load, worker, area, language, protected
    ("a", 3, "ann", "north", "fi", True),
    ("b", 2, "ann", "north", "sv", False),
    ("c", 2, "ann", "south", "fi", False),
    ("d", 1, None, "south", None, False),
    ("e", 1, "gone", None, "fi", False),
]


def _frame(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["family", "load", "worker", "area", "language", "protected"])


def _workers(rows: list[tuple[Any, ...]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["worker", "area", "language", "fte"])


def _proposed(most_moves: int = 1, limit: float = 5, **changes: Any) -> PartnerProposal:
    given: dict[str, Any] = {"families": _frame(FAMILIES), "workers": _workers(WORKERS), **changes}
    return propose_partners(**given, limit=limit, most_moves=most_moves)


def _row(frame: pd.DataFrame, key: object, *columns: str) -> list[float]:
    return [float(frame[column].to_dict()[key]) for column in columns]


def test_five_families_by_hand() -> None:
    """Ann has seven children and room for five: b, whose language only Bea speaks, and c fit her; one move is enough.

    c lives in Bea's area (+ 3 for both children), b speaks her language (+ 5) but lives in Ann's (− 3): to move c gains
    (3 − 4) · 2 = −2, to move b (5 − 3 − 4) · 2 = −4. So c moves; d (south) goes to Bea, e (any area) to either.
    """
    found = _proposed()
    told = found.families.set_index("family")
    assert list(told["fate"]) == ["kept", "kept", "moved", "new", "moved"]
    assert list(told["worker"])[:4] == ["ann", "ann", "bea", "bea"]
    assert (found.moves, found.most_moves, found.gap) == (1, 1, 0.0)  # e's worker is not there any more: no choice
    fits = 3 * (100 + 3 + 5 + 4 + 60) + 2 * (100 + 3 + 4) + 2 * (100 + 3 + 5) + 1 * (100 + 3 + 5) + 1 * (100 + 3 + 5)
    assert found.points == fits
    staff = found.workers.set_index("worker")
    assert _row(staff, "ann", "limit", "now", "proposed") == [5.0, 7.0, 5.0]
    assert staff["proposed"].sum() == 9.0


def test_the_language_is_worth_a_move_but_no_more_than_are_asked_for() -> None:
    """Bea lives where b does: now speaking b's language is worth more than knowing her, for one family."""
    both = _workers([("ann", None, "fi", 1.0), ("bea", None, "sv", 1.0), ("bea", None, "fi", 1.0)])
    swedish = [(name, 1, "ann", "north", "sv", False) for name in "xyz"]
    for most, moved in ((0, 0), (1, 1), (2, 2), (3, 3)):
        found = _proposed(most, 30, families=_frame(swedish), workers=both)
        assert (found.families["fate"] == "moved").sum() == moved
        assert found.families["language_fits"].sum() == moved


def test_a_protected_relationship_is_kept_where_another_family_can_move() -> None:
    rows = [("old", 3, "ann", "south", "sv", True), ("young", 3, "ann", "north", "fi", False)]
    found = _proposed(0, 5, families=_frame(rows))  # not even one move was asked for, but the limit demands one
    assert dict(found.families[["family", "fate"]].to_numpy()) == {"old": "kept", "young": "moved"}
    assert (found.moves, found.most_moves) == (1, 0)


def test_a_protected_relationship_is_kept_although_a_smaller_number_of_families_could_move() -> None:
    """Room for two: one protected family of two moves, or two others of one: the others, though that is a move more."""
    rows = [("old", 2, "ann", None, None, True), *((name, 1, "ann", None, None, False) for name in "xy")]
    posts = _workers([("ann", None, None, 1.0), ("bea", None, None, 1.0)])
    found = _proposed(0, 2, families=_frame(rows), workers=posts)
    assert found.families.set_index("family")["fate"].to_dict() == {"old": "kept", "x": "moved", "y": "moved"}


def test_a_shortage_leaves_no_family_without_for_being_large() -> None:
    rows = [("large", 4, None, None, None, False), *((name, 1, None, None, None, False) for name in "vwxyz")]
    two = _workers([("ann", None, None, 1.0), ("bea", None, None, 1.0)])
    narrow, wide = (_proposed(9, limit, families=_frame(rows), workers=two) for limit in (3, 4))
    assert narrow.workers["proposed"].sum() == 5.0  # nobody has room for four siblings, who have one partner
    assert narrow.families.set_index("family").loc["large", "fate"] == "without"
    assert wide.workers["proposed"].tolist() == [4.0, 4.0]
    assert wide.families.set_index("family").loc["large", "fate"] == "new"


def test_part_of_a_post_has_room_for_whole_children_only() -> None:
    posts = _workers([("ann", None, None, 0.5), ("bea", None, None, 0.35), ("cia", None, None, 0)])
    assert _proposed(0, 30, workers=posts).workers["limit"].tolist() == [15.0, 10.0, 0.0]


def test_points_can_be_others() -> None:
    rows = [("x", 1, "ann", "south", "fi", False)]
    kept = propose_partners(_frame(rows), _workers(WORKERS), limit=5, most_moves=1)
    moved = propose_partners(_frame(rows), _workers(WORKERS), limit=5, most_moves=1, points=Points(keep=1.0))
    assert (kept.families["worker"].item(), moved.families["worker"].item()) == ("ann", "bea")


_FAMILY = st.tuples(st.integers(1, 4), st.sampled_from(["p", "q", None]), st.sampled_from(["n", "s", None]),
                    st.sampled_from(["fi", "sv", None]), st.booleans())  # fmt: skip


@settings(max_examples=8, deadline=None)
@given(st.lists(_FAMILY, min_size=1, max_size=12), st.integers(0, 6), st.integers(1, 12))
def test_every_family_has_one_fate_and_no_worker_too_many(rows: list[Any], most: int, limit: int) -> None:
    families = _frame([(f"f{place}", *row) for place, row in enumerate(rows)])
    staff = _workers([("p", "n", "fi", 1.0), ("q", "s", "sv", 0.5), ("r", None, None, 1.0)])
    found = propose_partners(families, staff, limit=limit, most_moves=most)
    told = found.families
    assert list(told["family"]) == list(families["family"])
    assert set(told["fate"]) <= set(FATES)
    assert (told["worker"].isna() == (told["fate"] == "without")).all()
    assert (found.workers["proposed"] <= found.workers["limit"]).all()
    carried = told.groupby("worker")["load"].sum().reindex(found.workers["worker"], fill_value=0)
    assert np.allclose(carried, found.workers["proposed"])
    assert found.points <= found.bound + 1e-6
    turned = propose_partners(families.iloc[::-1], staff.iloc[::-1], limit=limit, most_moves=most)
    assert turned.points == found.points
