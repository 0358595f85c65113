"""Lists of proposals about single families, with the register's own numbers, where only the owner of the study reads.

They are written beside quarantine and key, never among the outputs; a new list takes the place of the earlier one of
the same analysis, so that no old ones pile up.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from kumppanuus.analysis import Proposal
from kumppanuus.intake.own_numbers import Whose, own_numbers
from kumppanuus.study import Study

FOLDER = "proposals"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_proposal(study: Study, key: bytes, analysis: str, run_id: str, proposal: Proposal) -> Path:
    """Write the list of a proposal into the private folder of the study (file 0600, folder 0700) and return its place.

    A number that cannot be given back (an identity code, or one that is in no extract any more) stays a pseudonym,
    marked with ``*``.
    """
    folder = study.state_folder / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    columns: dict[Whose, tuple[str, ...]] = {"client": proposal.clients, "worker": proposal.workers}
    numbers = own_numbers(study, key, {whose: _pseudonyms(proposal, names) for whose, names in columns.items()})
    whose_of = {name: whose for whose, names in columns.items() for name in names}
    named = proposal.listed.copy()
    for name, whose in whose_of.items():
        named[name] = [_own(cell, numbers[whose]) for cell in named[name]]
    file, aside = folder / f"{analysis}_{run_id}.csv", folder / f"{analysis}.{os.getpid()}.new"
    _write(aside, [[str(name) for name in named], *_rows(named.to_numpy(object).tolist())])
    for earlier in folder.glob(f"{analysis}_*.csv"):
        earlier.unlink()
    return aside.rename(file)


def _pseudonyms(proposal: Proposal, columns: tuple[str, ...]) -> np.ndarray:
    cells = [cell for name in columns if name in proposal.listed for cell in proposal.listed[name].dropna()]
    return np.unique(np.array([int(each) for cell in cells for each in str(cell).split()], dtype=np.uint64))


def _own(cell: object, numbers: dict[int, str]) -> str:
    """Return a cell of pseudonyms in the register's own numbers."""
    parts = str(cell).split() if isinstance(cell, str) else []
    return ", ".join(sorted(numbers.get(int(part), f"*{part}") for part in parts))


def _rows(cells: list[list[object]]) -> Iterator[list[str]]:
    """Yield cells as texts that no spreadsheet takes for a formula; NaN alone is not itself."""
    for row in cells:
        texts = ["" if cell is None or cell != cell else str(cell) for cell in row]
        yield [f"'{text}" if text.startswith(_FORMULA) else text for text in texts]


def _write(file: Path, rows: list[list[str]]) -> None:
    file.unlink(missing_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";").writerows(rows)
        stream.flush()
        os.fsync(stream.fileno())
