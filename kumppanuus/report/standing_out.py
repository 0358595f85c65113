"""Which charts the board of pain points points at."""

from __future__ import annotations

from collections.abc import Sequence

from kumppanuus.analysis import Analysis
from kumppanuus.disclosure.released import Released
from kumppanuus.language.signals import code_of

PAIN = "pain"


def pointed_at(released: Released, analyses: Sequence[Analysis]) -> dict[str, int]:
    """Return key of an exhibit → its place among the pain points of the board, the heaviest first, from 1.

    Every signal names the chart that shows it; several on one chart count once. Without a board nothing is pointed at.
    """
    told = [released.results[room.key] for room in analyses if room.gather is not None and _told(released, room)]
    boards = [result["signals"] for result in told if "signals" in result.tables]
    pains = [str(code) for board in boards for code in board.loc[board["kind"] == PAIN, "signal"]]
    charts = {}
    for room in analyses if pains else ():
        if room.signals is not None and _told(released, room):
            for signal in room.signals(released.results[room.key]):
                charts[code_of(room.key, signal.name, signal.words)] = f"{room.key}/{signal.chart}"
    found = dict.fromkeys(charts[code] for code in pains if code in charts)
    return {key: place for place, key in enumerate(found, start=1)}


def _told(released: Released, room: Analysis) -> bool:
    return room.key in released.results and released.results[room.key].status == "ok"
