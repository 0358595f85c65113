"""Whom and what rooms count, see `Table.population`: the gate knows numbers of one population as one.

Two tables may be of one population only when their SQL counts the same by definition: a number under the same codes
and the same name that differed between two rooms would stop a consultant's run.
"""

from __future__ import annotations

CLIENTS = "clients"
"""Everybody in a service inside the window (spells and stays), and what they have there: persons, families, spells;
``open_…`` of them with a relationship open on the last day, ``ended_…`` with one that was seen to end."""
TOGETHER = "together"
"""Families that have two services together, and their members in either."""
COSTED = "costed"
"""Everybody with costs. Cost rows and visits may name people without a relationship: no part of the clients."""
TURNS = "turns"
"""Relationships that start or end inside the window, and whose they are, by ``flow``."""
RECORDINGS = "recordings"
"""Rows with a day of recording whose event lies inside the window."""
VALUES = "values"
"""Rows that could hold a value, column by column."""
KNOWN = "known"
"""Everybody in the register, in a service or not."""
ROWS = "rows"
"""Rows of the extracts by where they went."""
FINDINGS = "findings"
"""Findings of the checks that the consultant judged right."""
