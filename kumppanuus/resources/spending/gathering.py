"""What is computed of the published costs after the gate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from kumppanuus.resources.spending.books import books_of
from kumppanuus.resources.spending.prices import prices_of

if TYPE_CHECKING:
    import pandas as pd

    from kumppanuus.disclosure.released import ReleasedResult
    from kumppanuus.disclosure.signals import Gathered
    from kumppanuus.resources.spending.compute import SpendingParams


def gather(released: ReleasedResult, gathered: Gathered, params: SpendingParams) -> Mapping[str, pd.DataFrame]:
    """Return the gathered tables: prices side by side, and the ledger beside the costs counted."""
    return {"prices": prices_of(released, gathered.context), "books": books_of(released)}
