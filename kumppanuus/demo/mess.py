"""Mess of real extracts, planted in known numbers: rows that must be refused, merged or forgiven."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from kumppanuus.demo.catalogue import CHILD_WELFARE, SERVICES, UNKNOWN_SERVICE_TEXT
from kumppanuus.demo.identity import Texts

# Rows of each kind in every yearly file of relationships.
END_BEFORE_START = 5
IMPOSSIBLE_DATES = 4
UNKNOWN_SERVICES = 3
SHORT_ROWS = 2
BLANK_LINES = 3
DUPLICATES = 6
TRAILING_SPACES = 12
QUOTED_SEMICOLONS = 8
# In every yearly file of clients.
CLIENT_DUPLICATES = 4
CLIENT_BLANK_LINES = 1
# In the first file of the clients who stand in several.
WRONG_CHECKS = 6
CHILD_WELFARE_TEXTS = [service.fi for service in SERVICES if service.code in CHILD_WELFARE]


@dataclass(slots=True)
class FileAccount:
    """What becomes of the physical records of one file (header and title rows are no records).

    Attributes
    ----------
    read : records, blank ones included.
    repeated : rows that say the same relationship or client as another row, in this file or an older one.
    quarantined : rows to be refused, by reason.
    harmless : kinds of mess in rows that are used all the same.
    """

    read: int = 0
    repeated: int = 0
    blank: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    harmless: dict[str, int] = field(default_factory=dict)


def joined(columns: pd.DataFrame, delimiter: str = ";") -> Texts:
    """Join the columns of texts to lines."""
    return columns.iloc[:, 0].str.cat(columns.iloc[:, 1:], sep=delimiter).to_numpy(dtype=object)


def forgivable(rows: pd.DataFrame, account: FileAccount, rng: np.random.Generator) -> pd.DataFrame:
    """Put trailing spaces after texts, and a substitute after a semicolon beside the worker of some rows.

    The workers of child welfare stay as they are: a worker with two names would look like two, with fewer children.
    """
    others = np.flatnonzero(~rows["Palvelu"].isin(CHILD_WELFARE_TEXTS))
    chosen = rng.choice(others, TRAILING_SPACES + QUOTED_SEMICOLONS, replace=False)
    spaced, quoted = rows.index[chosen[:TRAILING_SPACES]], rows.index[chosen[TRAILING_SPACES:]]
    messy = rows.copy()
    messy.loc[spaced, "Palvelu"] += "  "
    messy.loc[spaced, "Asiakasnumero"] += " "
    messy.loc[quoted, "Työntekijä"] = '"' + messy.loc[quoted, "Työntekijä"] + '; sijainen"'
    account.harmless |= {"trailing_spaces": TRAILING_SPACES, "quoted_semicolon": QUOTED_SEMICOLONS}
    return messy


def refusable(models: pd.DataFrame, year: int, account: FileAccount, rng: np.random.Generator) -> Texts:
    """Invent relationships that must be quarantined, and some in a service that no catalogue knows, which are kept.

    They are modelled on true ones, whose client and service they keep, but never on their start, so that no true
    relationship is lost with them.

    Parameters
    ----------
    models : rows of ended relationships with ``Alkupvm`` already a week off and ``earlier``, a date before it.
    """
    kinds = (END_BEFORE_START, IMPOSSIBLE_DATES, UNKNOWN_SERVICES, SHORT_ROWS)
    chosen = models.iloc[rng.choice(len(models), sum(kinds), replace=False)]
    backwards, impossible, unknown, short = np.split(np.arange(len(chosen)), np.cumsum(kinds)[:-1])
    texts = chosen.drop(columns="earlier").reset_index(drop=True)
    texts.loc[backwards, "Loppupvm"] = chosen["earlier"].to_numpy()[backwards]
    texts.loc[impossible[::2], "Alkupvm"] = f"31.2.{year}"
    texts.loc[impossible[1::2], "Loppupvm"] = f"31.06.{year}"
    texts.loc[unknown, "Palvelu"] = UNKNOWN_SERVICE_TEXT
    lines = joined(texts)
    lines[short] = joined(texts.loc[short, ["Asiakasnumero", "Palvelu", "Alkupvm"]])
    account.quarantined = {
        "end_before_start": END_BEFORE_START,
        "impossible_date": IMPOSSIBLE_DATES,
        "short_row": SHORT_ROWS,
    }
    account.harmless |= {"unknown_service": UNKNOWN_SERVICES}
    return lines


def scattered(lines: Texts, strays: Texts, rng: np.random.Generator) -> Texts:
    """Put stray lines between the others, anywhere after the first line."""
    return np.insert(lines, np.sort(rng.integers(1, len(lines), len(strays))), strays)


def copies(lines: Texts, number: int, rng: np.random.Generator) -> Texts:
    """Choose lines that will stand twice."""
    return lines[rng.choice(len(lines), number, replace=False)]


def blank_lines(number: int) -> Texts:
    """Return empty lines."""
    return np.full(number, "", dtype=object)
