"""What form the texts of a column have: dates, numbers, identity codes. Looks at a sample, keeps no value."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

DAY_FIRST = "dd.mm.yyyy"
DATE_FORMS = {
    DAY_FIRST: r"(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})",
    "dd/mm/yyyy": r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})",
    "dd-mm-yyyy": r"(?P<d>\d{1,2})-(?P<m>\d{1,2})-(?P<y>\d{4})",
    "yyyy-mm-dd": r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
    "yyyymmdd": r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
    "yyyy/mm/dd": r"(?P<y>\d{4})/(?P<m>\d{1,2})/(?P<d>\d{1,2})",
    "yyyy.mm.dd": r"(?P<y>\d{4})\.(?P<m>\d{1,2})\.(?P<d>\d{1,2})",
    "mm/dd/yyyy": r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4})",
}
"""Formats in the order of trust: where day and month could change places, the day stands first."""

IDENTITY_CODE = r"\d{6}[-+A-FU-Ya-fu-y]\d{3}[0-9A-Za-z]"
NUMBER = r"[-+\u2212]?[\d \u00a0\u202f]*\d([.,]\d+)?"
_TEMPORARY = r"\d{6}\D9\d\d\w"
_LIKE_DATE = r"\d{1,4}[./-]?\d{1,2}[./-]?\d{1,4}"
_COMMA, _POINT = r".*\d,\d{1,2}", r".*\d\.\d{1,2}"
_MIDNIGHT = r"[ T]0{1,2}[:.]00(?:[:.]00(?:[.,]0+)?)?$"
_FIRST_YEAR, _LAST_YEAR, _ENDLESS = 1800, 2199, 2200


@dataclass(frozen=True, slots=True)
class DateForm:
    """The date format that fits most texts, and the share of texts it fits (0–1).

    told : the user has said that it is this one.
    """

    date_format: str
    fit: float
    told: bool = False


def date_form(texts: pd.Series) -> DateForm:
    """Return the best date format of the given texts; without texts the usual Finnish one, which fits none."""
    counts = _without_midnight(texts).value_counts()
    likely = counts[counts.index.str.fullmatch(_LIKE_DATE)] if len(counts) else counts
    if not len(likely):
        return DateForm(DAY_FIRST, 0.0)
    different, total = pd.Series(likely.index, dtype=object), int(counts.sum())
    signs = {"".join(sorted(set(text) - set("0123456789"))) for text in likely.index}
    possible = [name for name in DATE_FORMS if name.strip("dmy")[:1] in signs]
    hits = {name: _fields(different, name).notna().all(axis=1).to_numpy() for name in possible or [DAY_FIRST]}
    fits = [DateForm(name, float(likely[hit].sum()) / total) for name, hit in hits.items()]
    return max(fits, key=lambda form: form.fit)


def dates_of(texts: pd.Series, date_format: str) -> pd.Series:
    """Return days by a format; NaT for whatever is none, ends of the year 2200 or later included."""
    fields = _fields(_without_midnight(texts), date_format)
    usable = fields["y"].between(_FIRST_YEAR, _LAST_YEAR)
    parts = {"year": fields["y"], "month": fields["m"], "day": fields["d"]}
    return pd.to_datetime(pd.DataFrame(parts).where(usable), errors="coerce")


def share_of_form(texts: pd.Series, pattern: str) -> float:
    """Return the share of the given texts that have a form from end to end."""
    return _share(texts.dropna().str.fullmatch(pattern))


def decimal_sign(texts: pd.Series) -> str | None:
    """Return the decimal sign that the texts use, or None when they use both or none."""
    comma, point = (bool(texts.dropna().str.fullmatch(pattern).any()) for pattern in (_COMMA, _POINT))
    return None if comma == point else ("," if comma else ".")


def temporary_codes(texts: pd.Series) -> bool:
    """Tell whether most identity codes have numbers that are never issued to people."""
    codes = texts.dropna()
    codes = codes[codes.str.fullmatch(IDENTITY_CODE)]
    return bool(len(codes)) and _share(codes.str.fullmatch(_TEMPORARY)) > 0.5


def _without_midnight(texts: pd.Series) -> pd.Series:
    """Return the texts without a midnight behind a date, which the reader lets pass as well."""
    timed = texts.dropna().str.contains(_MIDNIGHT)
    return texts.str.replace(_MIDNIGHT, "", regex=True) if len(timed) and timed.any() else texts


def _fields(texts: pd.Series, date_format: str) -> pd.DataFrame:
    """Return year, month and day of every given text as numbers, empty where the text cannot be a date."""
    found = texts.dropna().str.extract(rf"^{DATE_FORMS[date_format]}$").reindex(columns=["y", "m", "d"])
    numbers = found.apply(pd.to_numeric)
    possible = numbers["m"].between(1, 12) & numbers["d"].between(1, 31) & (numbers["y"] >= _FIRST_YEAR)
    fields: pd.DataFrame = numbers.where(possible)
    return fields


def _share(hits: pd.Series) -> float:
    return float(hits.mean()) if len(hits) else 0.0
