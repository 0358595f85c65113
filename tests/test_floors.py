"""What import rules cannot see: rooms neither write nor print nor look at the clock; nobody goes around the gate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import kumppanuus

HOUSE = Path(kumppanuus.__file__).parent
WINGS = ("baseline", "lifecycle", "development", "access", "resources", "partner", "evaluation")
PURE = sorted(file for folder in (*WINGS, "methods") for file in (HOUSE / folder).rglob("*.py"))
WRITING = {
    "open", "print", "savefig", "to_csv", "to_excel", "to_parquet", "to_json", "to_pickle", "to_html", "to_sql",
    "write", "write_text", "write_bytes", "dump", "tofile", "savetxt", "save",
}  # fmt: skip
CLOCKS = {"now", "today", "time", "perf_counter", "seed", "rand", "randn", "random"}


def _calls(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            target = node.func
            yield target.attr if isinstance(target, ast.Attribute) else getattr(target, "id", "")


@pytest.mark.parametrize("file", PURE, ids=lambda file: str(file.relative_to(HOUSE)))
def test_rooms_and_methods_neither_write_nor_look_at_the_clock(file: Path) -> None:
    found = set(_calls(ast.parse(file.read_text(encoding="utf-8"))))
    assert not found & WRITING
    assert not found & CLOCKS


def test_the_ban_sees_a_planted_call() -> None:
    assert set(_calls(ast.parse("frame.to_csv('x'); open('y')"))) & WRITING == {"to_csv", "open"}


def _names(file: Path) -> set[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return attributes | {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for alias in node.names
    }  # fmt: skip


def test_only_the_gate_holds_the_seal() -> None:
    holders = {str(file.relative_to(HOUSE)) for file in HOUSE.rglob("*.py") if "_SEAL" in _names(file)}
    assert {Path(holder).as_posix() for holder in holders} == {"disclosure/released.py", "disclosure/gate.py"}


def test_only_the_gate_and_disclosure_make_released_results() -> None:
    makers = {
        file.relative_to(HOUSE).as_posix() for file in HOUSE.rglob("*.py")
        if {"Released", "ReleasedResult", "ReleasedTable"} & set(_calls(ast.parse(file.read_text(encoding="utf-8"))))
    }  # fmt: skip
    assert {maker.split("/")[0] for maker in makers} == {"disclosure"}


def test_nobody_uses_pyplot() -> None:
    assert not [file for file in HOUSE.rglob("*.py") if any("pyplot" in name for name in _names(file))]


def test_files_stay_readable() -> None:
    long = {
        str(file.relative_to(HOUSE)): n
        for file in HOUSE.rglob("*.py")
        if (n := len(file.read_text().splitlines())) > 400
    }
    assert not long
