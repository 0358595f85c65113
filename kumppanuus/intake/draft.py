"""The draft of a study: sources grouped out of recognised files."""

from __future__ import annotations

import fnmatch
import glob
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kumppanuus.intake.forms import DAY_FIRST, dates_of
from kumppanuus.intake.header import plain_header
from kumppanuus.intake.places import natural
from kumppanuus.intake.recognise import CERTAINTIES, Certainty, Guess, Recognised
from kumppanuus.intake.vocabulary import letters, vocabulary

USUAL = "client"
ORDER = (
    "services", "relationships", "clients", "family_links", "identities", "visits", "contacts", "needs", "goals",
    "answers", "survey", "costs", "capacity", "workers", "population", "indicators",
    "indicator_facts", "regions",
)  # fmt: skip
"""Order of the sources in the proposed file: what the reader knows best comes first."""


@dataclass(frozen=True, slots=True)
class SourceDraft:
    """Files of one register.

    found : the files in the order of their names; those that mend others come last.
    folder : name of the subfolder or archive, ``.`` for the folder itself.
    files : globs or names.
    corrections : some of the files mend rows of the others.
    domain, other_domain : whose numbers the clients have.
    """

    table: str
    folder: str
    files: tuple[str, ...]
    found: tuple[Recognised, ...]
    corrections: bool = False
    domain: str = USUAL
    other_domain: str = USUAL

    @property
    def columns(self) -> Mapping[str, Guess]:
        """Canonical column → the least sure guess of all files."""
        names = self.found[0].columns
        return {
            name: max((one.columns[name] for one in self.found), key=lambda guess: CERTAINTIES.index(guess.certainty))
            for name in names
        }

    @property
    def certainty(self) -> Certainty:
        """As sure as the least sure file."""
        return max((one.certainty for one in self.found), key=CERTAINTIES.index)

    @property
    def lacking(self) -> tuple[str, ...]:
        """Required columns that nothing gives."""
        return tuple(dict.fromkeys(name for one in self.found for name in one.lacking))

    @property
    def questions(self) -> Mapping[str, str]:
        """Of a wide questionnaire: header → code of the question."""
        return self.found[0].questions

    @property
    def constants(self) -> Mapping[str, str]:
        """Canonical column → text of every row."""
        return self.found[0].constants

    @property
    def headers(self) -> tuple[str, ...]:
        """Headers that stand once in every file."""
        first = [name for name in self.found[0].sample.names if name]
        plain = [[plain_header(name) for name in one.sample.names] for one in self.found]
        return tuple(name for name in first if all(names.count(plain_header(name)) == 1 for names in plain))

    @property
    def whole(self) -> bool:
        """Every record was looked at."""
        return all(one.sample.whole for one in self.found)

    def one_of(self, values: Iterable[str | None], otherwise: str) -> str:
        """Return the value all files share, or `otherwise`."""
        different = {value for value in values if value is not None}
        return different.pop() if len(different) == 1 else otherwise

    def texts(self, column: str) -> pd.Series:
        """Return the given texts of a column of all files."""
        parts = [one.rows[column].dropna() for one in self.found if column in one.rows]
        return pd.concat(parts, ignore_index=True) if parts else pd.Series(dtype=object)

    def dates(self, column: str) -> list[pd.Series]:
        """Return the days of a column by file, NaT where there is none."""
        return [
            dates_of(one.rows[column], one.dates.date_format).reindex(one.rows.index)
            if column in one.rows
            else pd.Series(pd.NaT, index=one.rows.index)
            for one in self.found
        ]


Place = tuple[str, str]
"""Name of the subfolder or archive, and of the file in it."""
Found = tuple[Place, Recognised]


def group_sources(found: Sequence[Found], names: Mapping[str, Sequence[str]]) -> list[SourceDraft]:
    """Make one source of the files that share their columns and whose names differ by digits only.

    A file that is called a correction joins the source whose columns it has.

    Parameters
    ----------
    found : where each file lies, and what it is.
    names : name of the subfolder → names of all extracts in it, so that no glob takes in a stranger.
    """
    ordered = sorted(found, key=lambda each: (_is_correction(each), _group_key(*each), natural(each[0][1])))
    groups: dict[tuple[str, ...], list[Found]] = {}
    for each in ordered:
        groups.setdefault(_home(each, groups) or _group_key(*each), []).append(each)
    drafts = [_draft(group, names) for group in groups.values()]
    return sorted(drafts, key=lambda draft: ORDER.index(draft.table))


def _draft(group: Sequence[Found], names: Mapping[str, Sequence[str]]) -> SourceDraft:
    folder = group[0][0][0]
    files = list(dict.fromkeys(file for (_, file), _ in group))
    mending = [_is_correction(each) for each in group]
    corrections = any(mending) and not all(mending)
    written = tuple(glob.escape(file) for file in files) if corrections else _globs(files, names.get(folder, files))
    return SourceDraft(group[0][1].table, folder, written, tuple(one for _, one in group), corrections)


def _home(each: Found, groups: Mapping[tuple[str, ...], list[Found]]) -> tuple[str, ...] | None:
    """Return the only source that a file of corrections can belong to."""
    if not _is_correction(each):
        return None
    wanted = _columns_key(*each)
    homes = [key for key, group in groups.items() if not _is_correction(group[0]) and _columns_key(*group[0]) == wanted]
    return homes[0] if len(homes) == 1 else None


def _is_correction(each: Found) -> bool:
    name = letters(each[0][1])
    return any(word in name for word in vocabulary().corrections)


def _columns_key(place: Place, one: Recognised) -> tuple[str, ...]:
    columns = [f"{name}={plain_header(guess.header)}" for name, guess in one.columns.items()]
    constants = [f"{name}:{text}" for name, text in one.constants.items()]
    form = one.dates.date_format if one.dates.fit else DAY_FIRST
    asked = [f"{plain_header(header)}?" for header in one.questions]
    return (one.table, place[0], str(one.sample.header_row), one.sample.kind, form, *columns, *constants, *asked)


def _group_key(place: Place, one: Recognised) -> tuple[str, ...]:
    return (re.sub(r"\d+", "*", place[1]), one.sample.sheet or "", *_columns_key(place, one))


def _globs(files: Sequence[str], neighbours: Sequence[str]) -> tuple[str, ...]:
    literal = tuple(glob.escape(name) for name in files)
    pattern = "*".join(glob.escape(part) for part in re.split(r"\d+", files[0]))
    taken = {name for name in neighbours if fnmatch.fnmatchcase(name, pattern)}
    return (pattern,) if len(files) > 1 and taken == set(files) else literal
