"""Every setting in tables: kind, default, limits from the models, the meaning from the example written by hand."""

from __future__ import annotations

import dataclasses
import json
import re
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import annotated_types
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from docs_build.markdown import code, escaped, table
from kumppanuus import study, study_parts, study_peers, study_resources, study_scenarios
from kumppanuus.analysis import Analysis
from kumppanuus.wings import ROOMS

EXAMPLE = Path(__file__).resolve().parents[1] / "docs" / "settings.md"
SECTIONS: dict[str, type[BaseModel]] = {
    "": study.Study,
    "study": study.About,
    "window": study.Window,
    "spells": study.Spells,
    "families": study.Families,
    "check": study.Check,
    "sources": study.Source,
    "areas": study.Area,
    "services": study.Service,
    "clocks": study_parts.Clock,
    "needs": study.Need,
    "price_index": study_parts.PriceIndex,
    "questionnaires": study_parts.Questionnaire,
    "questionnaires.themes": study_parts.QuestionTheme,
    "questionnaires.items": study_parts.Question,
    "peers": study_peers.Peers,
    "peers.indicators": study_peers.PeerIndicator,
    "peers.regions": study_peers.PeerRegion,
    "segments": study_resources.Segment,
    "benefits": study_resources.Benefit,
    "contracts": study_resources.Contract,
    "allocation": study_resources.Allocation,
    "disclosure": study.Disclosure,
    "outputs": study.Outputs,
    "scenarios": study_scenarios.Scenario,
    "prices": study_scenarios.PriceAssumption,
    "wages": study_scenarios.WageAssumption,
    "arrivals": study_scenarios.ArrivalAssumption,
    "effects": study_scenarios.EffectAssumption,
    "shifts": study_scenarios.ShiftAssumption,
    "law": study_scenarios.LawAssumption,
    "number": study_scenarios.Number,
}
OF_SCENARIOS = ("scenarios", "prices", "wages", "arrivals", "effects", "shifts", "law", "number")
"""Sections of the files in the folder of scenarios."""
_SCENARIO = f"# {study_scenarios.FOLDER}/"
HEADS = ("setting", "kind", "default", "meaning")


def settings_tables() -> str:
    """Return the tables as Markdown, headed, to stand behind the page on settings."""
    return "\n\n" + "\n".join([*_study_tables(), *_room_tables()])


def keys(section: str) -> dict[str, FieldInfo]:
    """Return the settings of a section by the name that is written."""
    fields = SECTIONS[section].model_fields
    return {field.alias or name: field for name, field in fields.items() if name != "root"}


def meanings() -> dict[tuple[str, str], str]:
    """Return (section, setting) → what it means: the comment beside it in the examples, or what a section is."""
    found: dict[tuple[str, str], str] = {}
    for block in re.findall(r"```toml\n(.*?)```", EXAMPLE.read_text(encoding="utf-8"), re.DOTALL):
        _read(block, found)
    for name in keys(""):
        if name in SECTIONS and ("", name) not in found:
            found["", name] = (SECTIONS[name].__doc__ or "").split("\n", 1)[0]
    return found


def _read(block: str, found: dict[tuple[str, str], str]) -> None:
    """Add the comments of one example; a comment alone on its line goes on with the one above."""
    top = "scenarios" if block.startswith(_SCENARIO) else ""
    section, place = top, (top, "")
    for line in block.removeprefix(block.splitlines()[0] if top else "").splitlines():
        comment = line.partition("# ")[2].strip()
        if head := re.match(r"\[+(\w+)(?:\.(\w+))?", line):
            inner = f"{head[1]}.{head[2]}"
            section = inner if inner in SECTIONS else head[1]
            place = (head[1], head[2]) if head[2] else (top, section)
            section = "number" if top and section not in SECTIONS else section
        elif setting := re.match(r"(\w+) *=", line):
            place = (section, setting[1])
        goes_on = line.startswith(" ")
        if comment and comment not in found.get(place, ""):
            found[place] = (" " if goes_on else "; ").join(filter(None, (found.get(place), comment)))


def _study_tables() -> Iterator[str]:
    told = meanings()
    yield "## Every setting\n"
    for section in SECTIONS:
        yield f"### {_head(section)}\n"
        rows = [
            (
                code(name),
                _kind(field.annotation, field.metadata),
                _default(field),
                escaped(told.get((section, name), "")),
            )
            for name, field in keys(section).items()
        ]
        yield table(HEADS, rows)


def _head(section: str) -> str:
    """Return the heading of a section: where it stands in which file."""
    if section == "scenarios":
        return f"`{study_scenarios.FOLDER}/NAME.toml`, at the top"
    if section == "number":
        return "Every number of a scenario"
    return f"`[{section}]`" + (" of a scenario" if section in OF_SCENARIOS else "") if section else "At the top"


def _room_tables() -> Iterator[str]:
    yield "## Settings of each analysis\n"
    for room in ROOMS:
        rows = list(_params(room))
        yield f'### `[analyses."{room.key}"]`\n'
        yield table(HEADS, rows) if rows else "None.\n"


def _params(room: Analysis) -> Iterator[tuple[str, ...]]:
    told = _told(room.params.__doc__ or "")
    for name, value in dataclasses.asdict(room.params()).items():
        choices = room.params.CHOICES.get(name, ())
        kind = " \\| ".join(map(code, choices)) if choices else code(type(value).__name__)
        yield code(name), kind, code(json.dumps(value)), escaped(told.get(name, ""))


def _told(docstring: str) -> dict[str, str]:
    """Return name → meaning of a docstring that lists ``name, name : meaning``."""
    told: dict[str, str] = {}
    names: list[str] = []
    for line in (each.strip() for each in docstring.replace("``", "").splitlines()):
        if entry := re.match(r"(\w+(?:, \w+)*) : (.*)", line):
            names = entry[1].split(", ")
            told.update(dict.fromkeys(names, entry[2]))
        elif line and names:
            told.update({name: f"{told[name]} {line}" for name in names})
    return told


def _kind(annotation: Any, limits: list[Any]) -> str:
    kind = " or ".join(_kinds(annotation))
    least = next((limit.ge for limit in limits if isinstance(limit, annotated_types.Ge)), None)
    most = next((limit.le for limit in limits if isinstance(limit, annotated_types.Le)), None)
    bounds = [f"≥ {least:g}" if least is not None else "", f"≤ {most:g}" if most is not None else ""]  # type: ignore[str-format]
    return ", ".join(filter(None, [kind, *bounds]))


def _kinds(annotation: Any) -> list[str]:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return [" \\| ".join(code(json.dumps(each)) for each in arguments)]
    if origin is Annotated:
        return _kinds(arguments[0])
    if origin in (Union, types.UnionType):
        return [kind for each in arguments if each is not type(None) for kind in _kinds(each)]
    if origin is tuple:
        return ["list of " + _kinds(arguments[0])[0].replace("section", "sections")]
    if origin is dict:
        return ["table"]
    if isinstance(annotation, type) and issubclass(annotation, study.Words):
        return ["text in `fi`, `sv`, `en`"]
    if isinstance(annotation, type) and issubclass(annotation, study_scenarios.Number):
        return ["number with its grounds"]
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return ["section below"]
    return [{"str": "text", "bool": "true or false", "int": "whole number", "float": "number", "date": "day"}.get(
        getattr(annotation, "__name__", ""), getattr(annotation, "__name__", str(annotation)))]  # fmt: skip


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.default
    if value is PydanticUndefined or value is None or isinstance(value, BaseModel) or value in ({}, (), ""):
        return "–"
    return code(json.dumps(value))
