"""The front door: words → a call of the room that does the work. No logic, no data; heavy imports wait."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kumppanuus import __version__
from kumppanuus.console.completing import (
    PROGRAM,
    SHELLS,
    VARIABLE,
    complete_analyses,
    complete_charts,
    complete_codes,
    complete_names,
    complete_runs,
    complete_scenarios,
)
from kumppanuus.console.faults import leave
from kumppanuus.console.front import ALIASES, SAY, Choice, Commands
from kumppanuus.console.several import ALL, FORMATS, USUAL, Several
from kumppanuus.console.speech import Steps, plain_output
from kumppanuus.errors import EXIT_FINDINGS, EXIT_OK
from kumppanuus.language.catalogue import LANGUAGES

if TYPE_CHECKING:
    from kumppanuus.study import Language, Study

__all__ = ["ALIASES", "commands", "main"]

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def _option(*names: str, text: str, of: str = "", **settings: Any) -> Decorator:
    """Return an option whose help, and the word for its value, are in the language of the call."""
    metavar = SAY(f"metavar.{of}") if of else None
    return click.option(*names, help=SAY(f"help.{text}"), metavar=metavar, **settings)


def _argument(name: str, of: str, text: str, **settings: Any) -> Decorator:
    return click.argument(name, metavar=SAY(f"metavar.{of}"), help=SAY(f"help.{text}"), **settings)


_FILE, _FOLDER = click.Path(path_type=Path), click.Path(path_type=Path, file_okay=False)
_LANGUAGE = _option("-l", "--language", text="language", type=Choice(LANGUAGES))
_SPOKEN = _option("-l", "--language", text="language", type=Choice(LANGUAGES), expose_value=False)
"""Of commands that make no report: `console.front` has found the language already."""
_JSON = _option("--json", "as_json", text="json", is_flag=True)
_QUIET = _option("-q", "--quiet", text="quiet", is_flag=True)
_VERBOSE = _option("-v", "--verbose", text="verbose", is_flag=True)
_PNG = _option("--png/--no-png", text="png", default=False)
_LIMIT = _option("--quarantine-limit", "limit", text="quarantine_limit", of="percent", type=click.FloatRange(0, 100))
_STUDY = _option("-s", "--study", text="study", of="path", type=_FILE)
_RUN = _option("--run", "run_id", text="report_run", of="run", shell_complete=complete_runs)
_OPEN = _option("--open", "show", text="report_open", is_flag=True)
_HELP = {"help_option_names": ["-h", "--help"]}


def _of_study(command: Callable[..., Any]) -> Callable[..., Any]:
    command = _argument("study", "study", "study", type=_FILE, required=False)(command)
    return _option("-s", "--study", "study_option", text="study", of="path", type=_FILE)(command)


@click.group(cls=Commands, context_settings=_HELP, help=SAY("help.main"), epilog=SAY("help.exit_codes"))
@_LANGUAGE
@click.version_option(__version__, message="kumppanuus %(version)s", help=SAY("help.version"))
def commands(language: str | None) -> None:
    """Hold the commands."""


@commands.command(help=SAY("help.demo"))
@_argument("folder", "maybe_folder", "folder", type=_FOLDER, default=Path("demo"))
@_option("--seed", text="seed", of="number", type=int, default=2015, show_default=True)
@_PNG
@_LANGUAGE
@_QUIET
@_VERBOSE
@_JSON
def demo(
    folder: Path, seed: int, png: bool, language: Language | None, quiet: bool, verbose: bool, as_json: bool
) -> int:
    """Write the synthetic municipality and do the main job on it."""
    from kumppanuus.console.running import Manner, demo_and_tell

    return demo_and_tell(folder, seed, png=png, manner=Manner(language, quiet, verbose, as_json))


@commands.command(help=SAY("help.init"))
@_argument("extracts", "extracts", "extracts", type=_FILE)
@_option("-y", "--yes", text="yes", is_flag=True)
@_option("--force", text="force", is_flag=True)
@_option("--database", text="database", of="url")
@_option("--query", text="query", of="query")
@_SPOKEN
def init(extracts: Path, yes: bool, force: bool, database: str | None, query: str | None) -> None:
    """Propose a study file for a folder of extracts, and make the key of the study."""
    from kumppanuus.console.init import propose_and_tell

    propose_and_tell(extracts, SAY, yes=yes, force=force, database=database, query=query)


@commands.command("fetch-indicators", help=SAY("help.fetch-indicators"))
@_of_study
@_option("-i", "--indicator", "indicators", text="indicator", of="number", multiple=True)
@_option("--years", "years", text="fetch_years", of="years")
@_option("--from", "saved", text="fetch_from", of="folder", type=_FOLDER)
@_option("-o", "--output", text="fetch_output", of="folder", type=_FOLDER)
@_option("--address", text="fetch_address", of="url", default=None)
@_SPOKEN
def fetch_indicators(
    study: Path | None, study_option: Path | None, indicators: tuple[str, ...], years: str | None, saved: Path | None,
    output: Path | None, address: str | None,
) -> None:  # fmt: skip
    """Fetch public indicators, or read answers saved by hand, and put them beside the study."""
    from kumppanuus.console.fetching import asked_for, fetch_and_tell

    fetch_and_tell(study_option or study or Path(), output, asked_for(indicators, years, saved, address, SAY), SAY)


@commands.command(help=SAY("help.check"))
@_of_study
@_option("--rules", text="rules", is_flag=True)
@_option("--rule", "codes", text="rule", of="code", multiple=True, shell_complete=complete_codes)
@_LIMIT
@_JSON
@_SPOKEN
@_QUIET
def check(
    study: Path | None, study_option: Path | None, rules: bool, codes: tuple[str, ...], limit: float | None,
    as_json: bool, quiet: bool,
) -> int:  # fmt: skip
    """Print the account of every row and the findings; or the catalogue of rules; or what was found of some rules."""
    from kumppanuus.console.checking import check_and_tell
    from kumppanuus.console.findings import demand_known, tell_catalogue

    if rules:
        tell_catalogue(SAY, as_json)
        return EXIT_OK
    asked, wanted = _limited(_study(study, study_option), limit), demand_known(codes)
    steps = Steps(SAY, steps=("read",), quiet=quiet or as_json)
    return EXIT_OK if check_and_tell(asked, wanted, steps, SAY, as_json=as_json) else EXIT_FINDINGS


@commands.command(help=SAY("help.run"))
@_of_study
@_option("--only", text="only", of="analysis", multiple=True, shell_complete=complete_analyses)
@_option("--skip", text="skip", of="analysis", multiple=True, shell_complete=complete_analyses)
@_option("-o", "--output", text="output", of="folder", type=_FOLDER)
@_PNG
@_option("--supersedes", text="supersedes", of="run", multiple=True, shell_complete=complete_runs)
@_option("--internal", text="internal", is_flag=True)
@_LIMIT
@_LANGUAGE
@_QUIET
@_VERBOSE
@_JSON
def run(
    study: Path | None, study_option: Path | None, only: tuple[str, ...], skip: tuple[str, ...],
    output: Path | None, png: bool, supersedes: tuple[str, ...], internal: bool, limit: float | None,
    language: Language | None, quiet: bool, verbose: bool, as_json: bool,
) -> int:  # fmt: skip
    """Do the main job."""
    from kumppanuus.console.running import Manner, Wanted, run_and_tell

    asked = _limited(_study(study, study_option), limit)
    wanted = Wanted(only, skip, output, png, supersedes, internal)
    return run_and_tell(asked, wanted, Manner(language, quiet, verbose, as_json))


@commands.command(help=SAY("help.report"))
@_of_study
@_option("--run", "run_id", text="report_run", of="run", shell_complete=complete_runs)
@_option("-f", "--format", "formats", text="report_format", of="formats", type=Several(FORMATS), default=USUAL,
         show_default=True)  # fmt: skip
@_option("-l", "--language", text="report_language", type=Choice((*LANGUAGES, ALL)))
@_option("--charts", text="report_charts", of="charts", multiple=True, shell_complete=complete_charts)
@_option("--template", text="report_template", of="path", type=click.Path(path_type=Path, dir_okay=False))
@_option("--open", "show", text="report_open", is_flag=True)
@_QUIET
@_JSON
def report(
    study: Path | None, study_option: Path | None, run_id: str | None, formats: tuple[str, ...], language: str | None,
    charts: tuple[str, ...], template: Path | None, show: bool, quiet: bool, as_json: bool,
) -> None:  # fmt: skip
    """Make other formats and languages of a finished run."""
    from kumppanuus.console.reporting import make_and_tell

    make_and_tell(_study(study, study_option), SAY, run_id=run_id, formats=formats, language=language, charts=charts,
                  template=template, show=show, quiet=quiet, as_json=as_json)  # fmt: skip


@commands.group(cls=Commands, help=SAY("help.workshop"))
def workshop() -> None:
    """Hold the commands about the notes of a workshop."""


@workshop.command(help=SAY("help.merge"))
@_argument("notes", "notes", "notes", type=_FILE, nargs=-1, required=True)
@_option("-o", "--output", text="merged", of="path", type=_FILE)
@_JSON
@_SPOKEN
def merge(notes: tuple[Path, ...], output: Path | None, as_json: bool) -> None:
    """Merge the notes of several scribes."""
    from kumppanuus.console.workshop import merge_and_tell

    merge_and_tell(notes, output, SAY, as_json=as_json)


@workshop.command(help=SAY("help.summary"))
@_argument("notes", "notes", "notes", type=_FILE, nargs=-1, required=True)
@_option("-s", "--study", text="study", of="path", type=_FILE)
@_option("-o", "--output", text="summary_output", of="folder", type=_FOLDER)
@_option("-f", "--format", "formats", text="summary_formats", of="formats", type=Several(("html", "pptx")),
         default="html", show_default=True)  # fmt: skip
@_option("--template", text="report_template", of="path", type=click.Path(path_type=Path, dir_okay=False))
@_option("--open", "show", text="report_open", is_flag=True)
@_LANGUAGE
@_JSON
def summary(
    notes: tuple[Path, ...], study: Path | None, output: Path | None, formats: tuple[str, ...],
    template: Path | None, show: bool, language: Language | None, as_json: bool,
) -> None:  # fmt: skip
    """Put the room's own priorities beside the exhibits."""
    from kumppanuus.console.workshop import Wanted, summarise_and_tell

    wanted = Wanted(formats, output, language, template, show, as_json)
    summarise_and_tell(_study(None, study), notes, SAY, wanted)


@commands.group(cls=Commands, help=SAY("help.scenario"))
def scenario() -> None:
    """Hold the commands about scenarios."""


@scenario.command("new", help=SAY("help.new"))
@_argument("name", "scenario_name", "scenario_name")
@_option("--from", "like", text="scenario_like", of="scenario", shell_complete=complete_scenarios)
@_STUDY
@_SPOKEN
def new_scenario(name: str, like: str | None, study: Path | None) -> None:
    """Write a scenario to fill in."""
    from kumppanuus.console.scenarios import write_and_tell

    write_and_tell(_study(None, study), name, like, SAY)


@scenario.command("run", help=SAY("help.scenario_run"))
@_argument("names", "scenarios", "scenario_names", nargs=-1, shell_complete=complete_scenarios)
@_STUDY
@_RUN
@_LANGUAGE
@_OPEN
@_JSON
def run_scenarios(
    names: tuple[str, ...], study: Path | None, run_id: str | None, language: Language | None, show: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Compute scenarios on a finished run."""
    from kumppanuus.console.scenarios import Wanted, run_and_tell

    run_and_tell(_study(None, study), names, SAY, Wanted(run_id, language, show, as_json))


@scenario.command("compare", help=SAY("help.compare"))
@_argument("first", "first", "scenario_first", shell_complete=complete_scenarios)
@_argument("second", "second", "scenario_second", shell_complete=complete_scenarios)
@_STUDY
@_RUN
@_LANGUAGE
@_OPEN
@_JSON
def compare_scenarios(
    first: str, second: str, study: Path | None, run_id: str | None, language: Language | None, show: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Compare two scenarios on a finished run."""
    from kumppanuus.console.scenarios import Wanted, compare_and_tell

    compare_and_tell(_study(None, study), first, second, SAY, Wanted(run_id, language, show, as_json))


@commands.command("list", help=SAY("help.list"))
@_of_study
@_JSON
@_SPOKEN
def list_analyses(study: Path | None, study_option: Path | None, as_json: bool) -> None:
    """List the analyses."""
    from kumppanuus.console.rooms import list_and_tell

    list_and_tell(study_option or study, SAY, as_json=as_json)


@commands.command(help=SAY("help.explain"))
@_argument("name", "name", "name", shell_complete=complete_names)
@_JSON
@_SPOKEN
def explain(name: str, as_json: bool) -> None:
    """Explain an analysis, a chart or a code."""
    from kumppanuus.console.codes import FAULTS, explain_code

    if name[: len(FAULTS)].upper() == FAULTS:
        return explain_code(name, SAY, as_json=as_json)
    from kumppanuus.console.explaining import explain_and_tell

    return explain_and_tell(name, SAY, as_json=as_json)


@commands.command(help=SAY("help.doctor"))
@_of_study
@_JSON
@_SPOKEN
def doctor(study: Path | None, study_option: Path | None, as_json: bool) -> int:
    """Look whether everything needed is there."""
    from kumppanuus.console.doctor import look_and_tell

    return EXIT_OK if look_and_tell(study_option or study, SAY, as_json=as_json) else EXIT_FINDINGS


@commands.command(help=SAY("help.completion"))
@click.argument("shell", type=Choice(SHELLS), help=SAY("help.shell"))
@_SPOKEN
def completion(shell: str) -> None:
    """Print the completion script of a shell."""
    from kumppanuus.console.completing import print_completion

    print_completion(shell, commands, SAY)


def main() -> None:
    """Run the command line; every error becomes words and an exit code."""
    plain_output()
    leave(lambda: commands.main(prog_name=PROGRAM, complete_var=VARIABLE, standalone_mode=False), SAY)


def _study(argument: Path | None, option: Path | None) -> Study:
    from kumppanuus.study import load_study

    return load_study(option or argument or Path())


def _limited(study: Study, percent: float | None) -> Study:
    """Return the study with the quarantine limit of the command line, when one was given."""
    if percent is None:
        return study
    return study.model_copy(update={"check": study.check.model_copy(update={"quarantine_percent": percent})})
