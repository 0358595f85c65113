"""Bars of the categories of a table of counts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

from kumppanuus.disclosure.released import ReleasedTable
from kumppanuus.drawing import Bar, Bars, Level
from kumppanuus.language.say import Say

_NO_COLOURS: Mapping[str, Level] = MappingProxyType({})


def bars(
    table: ReleasedTable, say: Say, *, over: str, of: str, most: int = 15, axis_title: str = "", bold: str = "",
    colours: Mapping[str, Level] = _NO_COLOURS,
) -> Bars:  # fmt: skip
    """Return a bar for every row, the longest first and hidden ones last.

    Parameters
    ----------
    over, of : names of the dimension and of the measure. most : how many bars at most.
    bold : code of the bar the headline speaks of. colours : code → role; grey for the others.
    """
    codes = table.declaration.columns[over].codes
    rows = table.frame.sort_values([of, over], ascending=[False, True], na_position="last").head(most)
    hidden = table.masked.loc[rows.index, of]
    return Bars(
        tuple(
            Bar(
                say.label(codes, code),
                None if math.isnan(value) else float(value),
                say.about(float(value), bool(shut)),
                colours.get(str(code), "neutral"),
                bold=str(code) == bold,
            )
            for code, value, shut in zip(rows[over], rows[of], hidden, strict=True)
        ),
        axis_title,
    )
