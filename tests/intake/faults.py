"""A study of one register, its extracts and their faults, and the command line that reads them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.intake.small import HEADER

SECRET, SPOKEN = "48213977", "Salakka"
"""A number of a client and a word of a cell that no output may show."""
GOOD = f"{SECRET}1;perhe;1.2.2020;28.2.2020\n"
LAST = f"{SECRET}3;koti;3.3.2020;\n"
STUDY = """
schema = 1
study = { organiser = "Testilä" }
window = { from = 2020-01-01, to = 2021-12-31 }
areas = [{ code = "kanta", name = { fi = "Kanta" } }, { code = "satama", name = { fi = "Satama" } }]
services = [
    { code = "perhe", name = { fi = "Perhetyö" }, level = "early" },
    { code = "koti", name = { fi = "Kotipalvelu" }, level = "early" },
]
"""
COLUMNS = {"client": "Asiakas", "service": "Palvelu", "start": "Alku", "end": "Loppu"}
Content = str | bytes | Callable[[Path], None]


def toml(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)


def write_study(folder: Path, *sources: dict[str, Any]) -> None:
    texts = ["\n".join(f"{name} = {toml(value)}" for name, value in source.items()) for source in sources]
    (folder / "kumppanuus.toml").write_text(STUDY + "".join(f"\n[[sources]]\n{t}\n" for t in texts), "utf-8")


def relationships(**changes: Any) -> dict[str, Any]:
    return {"table": "relationships", "files": ["r*.*"], "columns": COLUMNS, **changes}


def clients(**changes: Any) -> dict[str, Any]:
    return {"table": "clients", "files": ["c*.*"], "columns": {"client": "Asiakas", "birth_date": "Syntynyt"}} | changes


def save(folder: Path, content: Content, name: str) -> None:
    if callable(content):
        content(folder / name)
    else:
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)


def text(*lines: str, header: str = HEADER) -> str:
    """A file whose line 2 is good, whose next lines are as given, and whose last line is good."""
    return header + GOOD + "".join(f"{line}\n" for line in lines) + LAST


def row(client: str = f"{SECRET}2", service: str = "perhe", start: str = "1.2.2020", end: str = "") -> str:
    return f"{client};{service};{start};{end}"


def check_outcome(outcome: str, code: int, account: dict[str, Any], words: str) -> None:
    """Compare with ``letter rule n row used``; a point is none, the last ones may be left out."""
    letter, rule, n, line, used = (*(part.strip(".") for part in outcome.split()), *[""] * 5)[:5]
    if letter == "E":
        assert (code, account) == (1, {})
        assert rule in words
        return
    assert code == (1 if letter == "Q" else 0)
    for each in account["files"]:
        assert each["read"] == each["used"] + sum(each["merged"].values()) + sum(each["quarantined"].values()) + sum(
            each[part] for part in ("outside_window", "blank")
        )
    found = {f["code"]: f for f in account["findings"]}
    assert list(found) == ([rule] if rule else [])
    for fact, value in (("n", n), ("row", line)):
        assert not value or found[rule][fact] == int(value)
    assert not used or sum(each["used"] for each in account["files"]) == int(used)
    if letter == "Q":
        assert sum(f["quarantined"].get(rule, 0) for f in account["files"]) == found[rule]["n"]


def outcome_of(told: Callable[..., Any]) -> tuple[int, dict[str, tuple[str, int, int | None]], dict[str, Any]]:
    code, account, _ = told()
    return code, {f["code"]: (f["file"], f["n"], f["row"]) for f in account["findings"]}, account["tables"]
