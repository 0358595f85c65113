"""Specification of combinations: which things are used together, and how many use exactly those."""

from __future__ import annotations

from dataclasses import dataclass

from kumppanuus.drawing.roles import Level, demand, demand_colour, demand_finite

MOST_COMBINATIONS = 15
MOST_MEMBERS = 12


@dataclass(frozen=True, slots=True)
class Member:
    """One row of :class:`Combinations`: a thing that can be part of a combination.

    Attributes
    ----------
    key : unique name that the combinations refer to; never printed.
    label : name on the left.
    value : length of the bar beside the name, at least 0; None = no bar, only ``text``.
    text : what is printed at the end of the bar.
    """

    key: str
    label: str
    value: float | None
    text: str

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(self.value is None or self.value >= 0, "value", f"{self.label}: a bar cannot be negative")


@dataclass(frozen=True, slots=True)
class Combination:
    """One column of :class:`Combinations`.

    Attributes
    ----------
    members : keys of the members that are used together, no more and no less.
    value : height of the column, at least 0; None = no column, only ``text``.
    text : what is printed above the column.
    label : printed in place of dots where the members are not known ("Muut"); then ``members`` is empty.
    """

    members: tuple[str, ...]
    value: float | None
    text: str
    label: str = ""

    def __post_init__(self) -> None:
        demand_finite("value", self.value)
        demand(self.value is None or self.value >= 0, "value", "a column cannot be negative")
        demand(len(set(self.members)) == len(self.members), "members", "each is named once")
        demand(bool(self.members) != bool(self.label.strip()), "label", "either members or a label")


@dataclass(frozen=True, slots=True)
class Combinations:
    """Columns of combinations above a grid of dots, with the totals of the members as bars on the left.

    Attributes
    ----------
    members : rows from top to bottom, at most twelve.
    columns : from left to right, at most fifteen.
    highlight : key of the member whose combinations stand out; empty = none.
    colour : colour role of what is highlighted; the other combinations are blue (or grey, when that is blue).
    highlight_text, others_text : the words beside the columns that name the two colours; may be empty.
    members_title : what the bars on the left measure.
    columns_title : what the columns measure.
    """

    members: tuple[Member, ...]
    columns: tuple[Combination, ...]
    highlight: str = ""
    colour: Level = "corrective"
    highlight_text: str = ""
    others_text: str = ""
    members_title: str = ""
    columns_title: str = ""

    def __post_init__(self) -> None:
        demand_colour(self.colour)
        demand(len(self.members) <= MOST_MEMBERS, "members", f"at most {MOST_MEMBERS} rows are legible")
        demand(len(self.columns) <= MOST_COMBINATIONS, "columns", f"at most {MOST_COMBINATIONS} columns are legible")
        keys = [member.key for member in self.members]
        demand(len(set(keys)) == len(keys), "members", "keys must be unique")
        demand(not self.highlight or self.highlight in keys, "highlight", "no such member")
        for column in self.columns:
            demand(set(column.members) <= set(keys), "columns", "a combination names a member that has no row")

    @property
    def others(self) -> Level:
        """Colour role of the combinations without the highlighted member."""
        return "neutral" if self.colour == "early" else "early"

    def of_highlight(self, column: Combination) -> bool:
        """Whether a combination holds the highlighted member."""
        return self.highlight in column.members
