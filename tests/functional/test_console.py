"""What the console says: kept word for word in three languages, complete, and guessed at where it was misspelt."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

import click
import pytest

from kumppanuus.analysis import files
from kumppanuus.cli import ALIASES, commands
from kumppanuus.console.codes import code_as_json, known_codes
from kumppanuus.console.explaining import chart_as_json, known_charts
from kumppanuus.console.rooms import room_as_json
from kumppanuus.console.speech import console_say, told_error
from kumppanuus.errors import StudyError
from kumppanuus.language.catalogue import LANGUAGES, read_texts
from kumppanuus.study import Language
from kumppanuus.wings import ROOMS
from tests.conftest import ROOT
from tests.functional.small_town import write_town
from tests.functional.spoken import Told, calls, same_as_snapshot, written

NEVER_SAID = {
    "d", "deprecated", "(dynamic)", "Choice({choices})", "Confirm the action without prompting.",
    "Do you want to continue?", "Error: The two entered values do not match.", "Press any key to continue...",
    "Repeat for confirmation", "%(prog)s, version %(version)s", "Value must be an iterable.",
    "{editor}: Editing failed", "{editor}: Editing failed: {e}", "{value!r} is not a valid UUID.",
    "{value!r} does not match the format {format}.", "{value!r} does not match the formats {formats}.",
    "{len_type} values are required, but {len_value} was given.",
    "{len_type} values are required, but {len_value} were given.",
}  # fmt: skip
"""Of click: prompts, editors, dates and deprecations, none of which a command of ours has."""
PROGRAMMERS = re.compile(r"DeprecationWarning|declaration|defined twice|Unknown (standard stream|colou?r)|same flag|"
                         r"Invalid start character|No options defined")  # fmt: skip


def _every_command() -> list[list[str]]:
    named: list[list[str]] = [[]]
    for name, command in sorted(commands.commands.items()):
        named.append([name])
        if isinstance(command, click.Group):
            named += [[name, below] for below in sorted(command.commands)]
    return named


WRONG = (
    ["chekc"], ["run", "--onyl", "baseline"], ["run", "--language", "sw"], ["check", "--quarantine-limit", "monta"],
    ["check", "--quarantine-limit", "101"], ["explain"], ["explain", "KU3O9"], ["explain", "lifecycle.durations/level"],
    ["explain", "KU309", "KU310"], ["run", "--only"], ["completion", "bsah"], ["run", "--json=1"],
    ["run", "ei-ole"], ["run", "ei-ole", "--only", "baselin"], ["check", "--rule", "KU39", "."],
)  # fmt: skip


AS_JSON = ("ku201", "lifecycle.durations", "lifecycle.durations/levels")


@pytest.fixture(scope="module", params=LANGUAGES)
def said(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path, list[Told]]:
    """All calls of a language: helps, mistakes, lists, explanations, a check; one process."""
    folder = tmp_path_factory.mktemp("sanat")
    write_town(folder / "pikkula")
    with (folder / "pikkula" / "asiakkuudet.csv").open("a", encoding="utf-8") as file:
        file.write("700001;family_work;31.2.2022;\n700001;open;5.5.2023;4.5.2023\n")
    asked = [
        *([*each, "--help"] for each in _every_command()),
        *WRONG,
        ["list"], ["list", "pikkula"], ["explain", "KU309"], ["explain", "KU201"], ["explain", "lifecycle.durations"],
        ["explain", "lifecycle.durations/levels"], ["check", "pikkula"], ["check", "pikkula", "--rule", "KU306"],
        *(["explain", name, "--json"] for name in AS_JSON), ["list", "pikkula", "--json"],
    ]  # fmt: skip
    return request.param, folder, calls(request.param, *asked, cwd=folder)


def test_help_is_the_kept_one(said: tuple[str, Path, list[Told]]) -> None:
    language, folder, told = said
    helps = [one for one in told if one.arguments[-1:] == ("--help",)]
    assert all(one.code == 0 and not one.err for one in helps)
    same_as_snapshot(f"help-{language}", written(helps, {str(folder): "FOLDER"}))


def test_mistakes_are_answered_as_kept(said: tuple[str, Path, list[Told]]) -> None:
    language, folder, told = said
    wrong = [one for one in told if list(one.arguments) in list(WRONG)]
    assert len(wrong) == len(WRONG)
    assert all(one.code == 2 and not one.out for one in wrong)
    same_as_snapshot(f"mistakes-{language}", written(wrong, {str(folder): "FOLDER"}))


def test_answers_are_the_kept_ones(said: tuple[str, Path, list[Told]]) -> None:
    language, folder, told = said
    other = {"--help", "--json"}
    right = [one for one in told if not other & set(one.arguments) and list(one.arguments) not in list(WRONG)]
    assert {one.arguments[0] for one in right if one.code == 1} == {"check"}  # findings; nothing else is amiss
    assert all(one.code in (0, 1) for one in right)
    same_as_snapshot(f"answers-{language}", written(right, {str(folder): "FOLDER"}))


def test_click_says_nothing_in_another_language(said: tuple[str, Path, list[Told]]) -> None:
    language, _, told = said
    texts = read_texts(files("kumppanuus.language") / "click.toml")
    if language != "en":
        everything = "\n".join(one.out + one.err for one in told)
        for entry in texts.values():
            english = re.split(r"\{[^}]*\}", entry["en"])
            longest = max(english, key=len).strip(" '.")
            if len(longest) > 8 and longest not in entry[language]:
                assert longest not in everything


def test_mistakes_are_guessed_at(said: tuple[str, Path, list[Told]]) -> None:
    by_call = {one.arguments: one.err for one in said[2]}
    assert "check?" in by_call["chekc",]
    assert "--only" in by_call["run", "--onyl", "baseline"]
    assert "sv?" in by_call["run", "--language", "sw"]
    assert "bash?" in by_call["completion", "bsah"]
    assert "KU309?" in by_call["explain", "KU3O9"]
    assert "lifecycle.durations/levels?" in by_call["explain", "lifecycle.durations/level"]


def test_a_misspelt_alias_is_guessed_at() -> None:
    (told,) = calls("fi", ["tarksita"])
    assert "tarkista?" in told.err


def test_everything_click_can_say_is_known() -> None:
    """Of the click installed: a text that is neither known here nor one our commands cannot bring about is a gap."""
    known = {entry["en"] for entry in read_texts(files("kumppanuus.language") / "click.toml").values()}
    said = set()
    for source in sorted(Path(click.__path__[0]).glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "ngettext"):
                said |= {each.value for each in node.args if isinstance(each, ast.Constant)}
    texts = {text for text in said if isinstance(text, str) and not PROGRAMMERS.search(text)}
    assert len(texts) > 50
    assert texts - known - NEVER_SAID == set()


def test_every_alias_leads_to_its_command() -> None:
    assert {"esimerkki", "alusta", "tarkista", "aja", "luettele", "selita", "selitä", "kunto", "taydennys"} <= set(
        ALIASES
    )
    for alias, name in ALIASES.items():
        if name in commands.commands:
            assert commands.get_command(click.Context(commands), alias) is commands.commands[name]
    assert not set(ALIASES) & set(commands.commands)


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_nothing_is_near_nothing_is_guessed(language: Language) -> None:
    say = console_say(language)
    texts = {key: text[language] for key, text in read_texts(files("kumppanuus.language") / "errors.toml").items()}
    codes = sorted({key.partition(".")[0] for key, text in texts.items() if "{near}" in text})
    assert {"KU210", "KU526", "KU528", "KU542"} <= set(codes)
    for code in codes:
        facts = dict.fromkeys(
            re.findall(r"\{(\w+)\}", " ".join(texts[f"{code}.{part}"] for part in ("what", "mend"))), "x"
        )
        what, mend = told_error(StudyError(code, **{**facts, "near": "-"}), say, {})
        assert "-" not in re.split(r"[\s.?()]+", f"{what} {mend}"), code
        assert len(what) > 15, code
        assert len(mend) > 15, code
        assert sum(map(len, told_error(StudyError(code, **facts), say, {}))) > len(what + mend) + 5, code


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_chart_is_explained(language: str) -> None:
    say = console_say(language)  # type: ignore[arg-type]
    charts = [(room, chart) for room in ROOMS for chart in room.charts]
    assert [f"{room.key}/{chart}" for room, chart in charts] == list(known_charts())
    for room, chart in charts:
        told = chart_as_json(room, chart, say)
        for part in ("analysis", "shows", "how", "method", "caveat", "questions", "tables"):
            assert told[part], (room.key, chart, part)
        columns = [column for table in told["tables"] for column in table["columns"]]
        assert columns
        assert all(all(column.values()) for column in columns)
        assert not re.search(r"\{\w", json.dumps(told, ensure_ascii=False).replace('{"', ""))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_and_analysis_is_explained(language: str) -> None:
    say = console_say(language)  # type: ignore[arg-type]
    for code in known_codes(say):
        told = code_as_json(code, say)
        assert told["what"]
        assert told["mend"]
        assert say.has(f"explain.{told['severity']}")
        assert "{" not in told["what"].replace("${", "")
    for room in ROOMS:
        told = room_as_json(room, say)
        assert all(told[part] for part in ("title", "question", "method", "source", "needs", "charts"))


def test_every_code_in_the_program_can_be_explained() -> None:
    known = set(known_codes(console_say("fi")))
    for file in (ROOT / "kumppanuus").rglob("*.py"):
        named = set(re.findall(r'"(KU\d{3})"', file.read_text(encoding="utf-8")))
        assert named <= known, file.name


def test_explanations_as_json(said: tuple[str, Path, list[Told]]) -> None:
    by_call = {one.arguments: one.out for one in said[2]}
    kinds = {name: json.loads(by_call["explain", name, "--json"])["kind"] for name in AS_JSON}
    assert kinds == {"ku201": "code", "lifecycle.durations": "analysis", "lifecycle.durations/levels": "chart"}
    listed = json.loads(by_call["list", "pikkula", "--json"])
    assert [room["analysis"] for room in listed] == [room.key for room in ROOMS]
