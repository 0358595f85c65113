"""Published tables with the shares that charts shade."""

from __future__ import annotations

from dataclasses import replace

from kumppanuus.analysis import Column
from kumppanuus.disclosure.released import ReleasedResult, ReleasedTable


def with_percents(released: ReleasedResult) -> ReleasedTable:
    """Return needs by segment with the share of families who have an answer, as it was computed after the gate."""
    table = released.tables["segment_needs"]
    told = released["segment_answered"][["segment", "need", "percent"]]
    frame = table.frame.merge(told, on=["segment", "need"], how="left")
    share = frame["percent"].astype(float) / 100
    share.index = table.frame.index
    columns = {**table.declaration.columns, "share": Column("share", of=("met", "families"))}
    return replace(
        table,
        frame=table.frame.assign(share=share),
        masked=table.masked.assign(share=share.isna()),
        declaration=replace(table.declaration, columns=columns),
    )
