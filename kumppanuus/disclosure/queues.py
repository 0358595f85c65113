"""How queues are protected (R1, R16): what the balance of the periods tells is counted, and periods made longer.

One row a period with the numbers ``waiting`` at its end, ``came`` and ``left``; the last dimension is the period (its
codes sort in time), the others are groups.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeAlias

import numpy as np
import pandas as pd

from kumppanuus.analysis import Table
from kumppanuus.disclosure import rules as rule
from kumppanuus.disclosure.audit import CANDIDATES
from kumppanuus.disclosure.balances import CAME, FLOWS, LEFT, WAITING, consecutive, narrowed_chain
from kumppanuus.disclosure.base import guessed_bounds, largest_hidden
from kumppanuus.disclosure.pieces import groups_in_order, refuse
from kumppanuus.disclosure.protect import GATE_ONLY, protected_table
from kumppanuus.disclosure.released import Guarded, Rules
from kumppanuus.disclosure.rules_forms import range_code

WIDTHS = (1, 3, 6, 12)
"""Periods that become one, in the order in which a queue is made coarser."""
_ROLES = ("dimension", "persons", "families", "count", "behind")


def protect_queue(name: str, table: Table, frame: pd.DataFrame, rules: Rules, tighten: int = 0) -> Guarded:
    """Protect queues: a small hidden number keeps at least three values whoever adds and subtracts along the periods.

    Where it would not, the periods of that queue become longer: three, six, twelve as one, counted back from the last;
    an incomplete first one is left out. After the longest, nothing of it is published. Published numbers are not hidden
    instead: which ones were would tell an observer who knows this programme in what class they are, and so the small
    ones again.

    Parameters
    ----------
    tighten : how many further times the periods are made longer.

    Raises
    ------
    DisclosureError
        KU525 when the numbers do not balance, or a column is missing or has no rule here.
    """
    ordered = _in_order(name, table, frame)
    shown = [_shown(table, ordered.iloc[each], rules, tighten) for each in _groups(table, ordered)]
    parts = [part for part in shown if part is not None]
    nothing = ordered.iloc[:0], np.zeros((0, len(FLOWS)), dtype=bool), 1
    rows = pd.concat([rows for rows, _, _ in parts or [nothing]], ignore_index=True)
    hidden = np.concatenate([mask for _, mask, _ in parts or [nothing]])
    done = _released(name, table, rows, hidden, max((width for _, _, width in parts), default=1), rules)
    queues = zip(_groups(table, ordered), shown, strict=True)
    gone = sum(each.stop - each.start for each, part in queues if part is None)
    if not gone:
        return done
    told = (*done.table.told, "dropped")
    return Guarded(replace(done.table, hidden=done.table.hidden + gone, told=told), done.exact)


_Shown: TypeAlias = tuple[pd.DataFrame, rule.Bools, int]
"""Rows of a queue, which of its numbers are hidden (rows, 3), and how many periods became one."""


def _shown(table: Table, queue: pd.DataFrame, rules: Rules, tighten: int) -> _Shown | None:
    """Return one queue in the shortest periods that tell nothing, what is hidden of it, and how many became one.

    None when even the longest tell, or there is no whole one. Each queue is judged by itself, so that a small one
    makes the periods of the others no longer.
    """
    rows = queue.reset_index(drop=True)
    for width in WIDTHS[tighten:]:
        longer = _longer(table, rows, width)
        numbers = longer[list(FLOWS)].to_numpy(dtype=float)
        persons, homes = _behind(table, rows, width)
        hidden = rule.too_few(np.fmin(numbers, persons), np.where(numbers > 0, homes, 0), rules)
        if len(longer) and not tells(numbers, hidden, rules):
            return longer, hidden, width
    return None


def _in_order(name: str, table: Table, frame: pd.DataFrame) -> pd.DataFrame:
    strangers = [each for each in table.columns if table.columns[each].role not in _ROLES]
    strangers += [each for each in table.names("persons", "count") if each not in FLOWS]
    absent = [each for each in FLOWS if each not in table.names("persons", "count") or _homes(table, each) == ""]
    if strangers or absent or not table.dimensions:
        raise refuse(name, [*strangers, *absent, "dimension"][0], table.form)
    order = frame[table.dimensions[-1]].astype(str).rank(method="dense")
    parts = [part for _, part in groups_in_order(frame, list(table.dimensions[:-1]), order)]
    rows = pd.concat(parts, ignore_index=True) if parts else frame.iloc[:0].reset_index(drop=True)
    before, after = consecutive(table, rows)
    waiting, came, left = rows[list(FLOWS)].to_numpy(dtype=float).T
    if rows[list(FLOWS)].isna().any(axis=None) or (waiting[after] != waiting[before] + came[after] - left[after]).any():
        raise refuse(name, WAITING, table.form)
    return rows


def _homes(table: Table, column: str) -> str:
    """Return the column of the families behind one of the numbers, or an empty text."""
    if table.columns[column].role == "count":
        return table.columns[column].of[1] if len(table.columns[column].of) > 1 else ""
    pairs = dict(zip(table.names("persons"), table.names("families"), strict=False))
    return pairs.get(column, "")


def _persons(table: Table, column: str) -> str:
    """Return the column of the persons behind one of the numbers: itself, unless it names another."""
    return table.columns[column].of[0] if table.columns[column].role == "count" else column


def _groups(table: Table, rows: pd.DataFrame) -> list[slice]:
    """Return where each group stands; its rows follow each other."""
    groups = list(table.dimensions[:-1])
    if not groups or rows.empty:
        return [slice(0, len(rows))]
    starts = np.flatnonzero(rows[groups].ne(rows[groups].shift()).any(axis=1))
    return [slice(int(a), int(b)) for a, b in zip(starts, [*starts[1:], len(rows)], strict=True)]


def _blocks(table: Table, rows: pd.DataFrame, width: int) -> pd.Series[int]:
    """Return for each row the number of its longer period, -1 in an incomplete one."""
    blocks = np.full(len(rows), -1)
    start = 0
    for group in _groups(table, rows):
        n = group.stop - group.start
        whole, over = divmod(n, width)
        blocks[group.start + over : group.stop] = start + np.arange(whole * width) // width
        start += whole
    return pd.Series(blocks, index=rows.index)


def _longer(table: Table, rows: pd.DataFrame, width: int) -> pd.DataFrame:
    """Return the exact numbers of longer periods: waiting at the end, came and left in all.

    Families are known only where all of them came in one of the short periods, else NaN.
    """
    if width == 1:
        return rows.astype({each: float for each in rows if each not in table.dimensions})[list(table.columns)]
    blocks = _blocks(table, rows, width)
    kept = rows[blocks >= 0].groupby(blocks[blocks >= 0])
    longer = kept.last().astype({each: float for each in rows if each not in table.dimensions})
    longer[table.dimensions[-1]] = kept[table.dimensions[-1]].agg(lambda codes: range_code(codes.astype(str).tolist()))
    for flow in (CAME, LEFT):
        longer[flow] = kept[flow].sum().astype(float)
        once = kept[flow].agg(lambda numbers: (numbers > 0).sum()) < 2
        for people in {_persons(table, flow), _homes(table, flow)} - {flow}:
            longer[people] = kept[people].max().where(once).astype(float)
    return longer.reset_index(drop=True)[list(table.columns)]


def _behind(table: Table, rows: pd.DataFrame, width: int) -> tuple[rule.Floats, rule.Floats]:
    """Return how many persons and families at least are behind each number; shape (periods, 3) each.

    A number that names no other persons counts them itself.
    """
    behind = rows[list({each for flow in FLOWS for each in (_persons(table, flow), _homes(table, flow))})]
    if width > 1:
        blocks = _blocks(table, rows, width)
        kept = behind[blocks >= 0].groupby(blocks[blocks >= 0])
        last, most = kept.last(), kept.max()
    else:
        last = most = behind

    def least(column: str, flow: str) -> rule.Floats:
        found = last[column] if flow == WAITING else most[column]
        return found.to_numpy(dtype=float) if column != flow else np.full(len(found), np.inf)

    persons = [least(_persons(table, flow), flow) for flow in FLOWS]
    return np.column_stack(persons), np.column_stack([least(_homes(table, flow), flow) for flow in FLOWS])


def tells(exact: rule.Floats, hidden: rule.Bools, rules: Rules) -> bool:
    """Tell whether the periods of one queue are too short.

    They are when the balances pin a small hidden number to fewer than three values. Longer periods would then say
    that they did, and so they are lengthened already where it is only near: `one_way`.

    Parameters
    ----------
    exact, hidden : shape (periods, 3), by `FLOWS`.
    """
    published = np.where(hidden, np.nan, rule.round_counts(exact, rules.base))
    low, high = narrowed_chain(*guessed_bounds(exact, published, rules))
    small = hidden & (exact >= 1) & (exact <= largest_hidden(rules))
    return bool((small & (high - low + 1 < CANDIDATES)).any()) or one_way(exact[:, 1:], hidden[:, 1:])


def one_way(moves: rule.Floats, hidden: rule.Bools) -> bool:
    """Tell whether three periods in a row have a hidden number as their only movement, all coming or all leaving.

    Periods without movement do not count. Hidden numbers that all take from one class of six pin each other when
    there are many of them.

    Parameters
    ----------
    moves, hidden : came and left; shape (periods, 2).
    """
    only = (hidden & (moves[:, ::-1] == 0))[(moves > 0).any(axis=1)]
    return bool((only[:-2] & only[1:-1] & only[2:]).any())


def _released(name: str, table: Table, rows: pd.DataFrame, hidden: rule.Bools, width: int, rules: Rules) -> Guarded:
    shown = rows[[each for each in table.columns if each not in table.names(*GATE_ONLY)]].copy()
    masked = pd.DataFrame(index=rows.index)
    for column in (str(each) for each in shown if each not in table.dimensions):
        exact = rows[column].to_numpy(dtype=float)
        # families of a hidden number are few themselves, or not known
        mask = hidden[:, FLOWS.index(column)] if column in FLOWS else rule.few(exact, rules) | np.isnan(exact)
        masked[column] = mask
        shown[column] = np.where(mask, np.nan, rule.round_counts(exact, rules.base))
    done = protected_table(name, table, shown, masked, np.asarray(hidden.all(axis=1)))
    return Guarded(replace(done, told=("longer",) if width > 1 else ()), rows)
