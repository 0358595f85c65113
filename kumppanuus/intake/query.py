"""What a query may be and how its database is named: nothing here opens a connection."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from kumppanuus.errors import StudyError

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

_VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?::-(?P<default>[^}]*))?\}")
_NO_CODE = re.compile(r"""--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]\n]*\]|`[^`]*`""", re.DOTALL)
"""Comments, texts and quoted names."""
_CHANGES = re.compile(
    r"\b(insert|update|delete|merge|into|drop|alter|create|truncate|grant|revoke|call|exec|execute|copy|attach|pragma)\b",
    re.IGNORECASE,
)
_TABLE = re.compile(r"""\bfrom\s+(?P<table>["\[`]?[^\W\d]\w*["\]`]?(?:\.["\[`]?[^\W\d]\w*["\]`]?)*)""", re.IGNORECASE)
_DRIVERS = {
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "mssql": "mssql+pyodbc",
    "oracle": "oracle+oracledb",
}
"""The driver of each database when the address names none."""


@dataclass(frozen=True, slots=True)
class QueryPlace:
    """A query of a database, named after the database and its first table. Its address is never shown.

    url : address with the password in it.
    """

    name: str
    query: str
    url: URL = field(repr=False)

    @property
    def stem(self) -> str:
        """The name; it has no ending."""
        return self.name

    @property
    def suffix(self) -> str:
        """Nothing: a query has no ending."""
        return ""

    @property
    def parent(self) -> PurePosixPath:
        """A name that tells two queries of one table apart."""
        return PurePosixPath(f"query-{hashlib.sha256(self.query.encode()).hexdigest()[:8]}")


def query_place(database: str, query: str, root: Path) -> QueryPlace:
    """Return where a query is asked.

    Parameters
    ----------
    database : address for SQLAlchemy; ``${NAME}`` and ``${NAME:-default}`` are taken from the environment, whole or
        in any part of it, so that a password needs no escapes.
    root : folder that the file of an SQLite database is sought from.

    Raises
    ------
    StudyError
        KU119 when the query is anything else than a single SELECT; KU117 when the address cannot be one; KU204 when a
        variable is not set and has no default.
    """
    demand_select(query)
    url = _url(database)
    url = url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(root / url.database))
    called = Path(url.database or url.get_backend_name()).stem
    table = _TABLE.search(_NO_CODE.sub(_keep_names, query))
    return QueryPlace(".".join([called, *([re.sub(r'["\[\]`]', "", table["table"])] if table else [])]), query, url)


def demand_select(query: str) -> None:
    """Raise KU119 unless `query` is one SELECT, or WITH and a SELECT, that changes nothing."""
    code = _NO_CODE.sub(" ", query).strip().removesuffix(";").strip()
    if not re.match(r"(select|with)\b", code, re.IGNORECASE):
        raise StudyError("KU119", problem=(re.match(r"\w{0,20}", code) or [""])[0].upper() or "–")
    if ";" in code:
        raise StudyError("KU119", problem=";")
    if change := _CHANGES.search(code):
        raise StudyError("KU119", problem=change[0].upper())


def _url(database: str) -> URL:
    from sqlalchemy.engine import URL, make_url
    from sqlalchemy.exc import ArgumentError

    try:
        url = make_url(database)
    except (ArgumentError, ValueError):  # a variable that holds the port or all of the address
        pass
    else:
        parts = {part: getattr(url, part) for part in ("username", "password", "host", "database")}
        known = {part: _from_environment(str(text)) for part, text in parts.items() if text is not None}
        query = {name: _from_environment(each) if isinstance(each, str) else each for name, each in url.query.items()}
        return URL.create(
            url.drivername, known.get("username"), known.get("password"), known.get("host"), url.port,
            known.get("database"), query,
        )  # fmt: skip
    whole = _from_environment(database)
    try:
        return make_url(whole)
    except (ArgumentError, ValueError):
        raise StudyError("KU117", problem="database") from None


def _from_environment(text: str) -> str:
    def value(match: re.Match[str]) -> str:
        found = os.environ.get(match["name"]) or match["default"]
        if found is None:
            raise StudyError("KU204", variable=match["name"])
        return found

    return _VARIABLE.sub(value, text)


def _keep_names(match: re.Match[str]) -> str:
    """Take comments and texts out of a query, but leave its quoted names."""
    return match[0] if match[0][0] in '"[`' else " "
