"""The front door: words → study, errors → exit codes. No logic, no data; heavy imports wait until they are needed."""

from __future__ import annotations

import difflib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kumppanuus import __version__
from kumppanuus.console.speech import (
    EXACT_STEPS,
    STEPS,
    Steps,
    console_say,
    filled,
    plain_output,
    print_error,
    rule_texts,
)
from kumppanuus.errors import (
    EXIT_FAULT,
    EXIT_FINDINGS,
    EXIT_INTERRUPTED,
    EXIT_OK,
    EXIT_PARTIAL,
    KumppanuusError,
    StudyError,
    places_of,
)
from kumppanuus.study import LANGUAGES, STUDY_FILE, Language, Study, load_study

if TYPE_CHECKING:
    from kumppanuus.pipeline import Run

ALIASES = {
    "esimerkki": "demo", "alusta": "init", "tarkista": "check", "aja": "run", "luettele": "list", "selita": "explain",
    "selitä": "explain",
}  # fmt: skip
FAULT_FILE = "kumppanuus-fault.txt"


def _asked_language(arguments: list[str]) -> Language:
    """Find the language before click does, so that help itself speaks it."""
    asked = os.environ.get("KUMPPANUUS_LANGUAGE", "")
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--language", "-l"):
            asked = value or (arguments[place + 1] if place + 1 < len(arguments) else "")
    return asked if asked in LANGUAGES else "fi"


_SAY = console_say(_asked_language(sys.argv[1:]))


class Commands(click.Group):
    """Commands with Finnish aliases and a guess at misspelt ones."""

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name or alias."""
        return super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is refused with the nearest known one."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], [*self.commands, *ALIASES], n=1)
            hint = " " + _SAY("error.did_you_mean", near=near[0]) if near else ""
            raise click.UsageError(_SAY("error.unknown_command", name=args[0]) + hint, ctx)
        return super().resolve_command(ctx, args)


_LANGUAGE = click.option("-l", "--language", type=click.Choice(LANGUAGES), default=None, help=_SAY("help.language"))
_JSON = click.option("--json", "as_json", is_flag=True, help=_SAY("help.json"))
_QUIET = click.option("-q", "--quiet", is_flag=True, help=_SAY("help.quiet"))
_LIMIT = click.option(
    "--quarantine-limit", "limit", type=click.FloatRange(0, 100), metavar="PERCENT", help=_SAY("help.quarantine_limit")
)
_HELP = {"help_option_names": ["-h", "--help"]}


def _study_argument(command: Callable[..., Any]) -> Callable[..., Any]:
    command = click.argument("study", type=click.Path(path_type=Path), required=False)(command)
    return click.option("-s", "--study", "study_option", type=click.Path(path_type=Path), help=_SAY("help.study"))(
        command
    )


@click.group(cls=Commands, context_settings=_HELP, help=_SAY("help.main"), epilog=_SAY("help.exit_codes"))
@click.option("-l", "--language", type=click.Choice(LANGUAGES), default=None, help=_SAY("help.language"))
@click.version_option(__version__, message="kumppanuus %(version)s", help=_SAY("help.version"))
def commands(language: str | None) -> None:
    """Hold the commands."""


@commands.command(help=_SAY("help.demo"))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path("demo"))
@click.option("--seed", type=int, default=2015, show_default=True, help=_SAY("help.seed"))
@click.option("--png/--no-png", default=True, help=_SAY("help.png"))
@_LANGUAGE
@_QUIET
def demo(folder: Path, seed: int, png: bool, language: Language | None, quiet: bool) -> None:
    """Write the synthetic municipality and do the main job on it."""
    from kumppanuus.console.towns import earlier_towns
    from kumppanuus.demo import write_demo

    steps = Steps(_SAY, steps=("write_demo", *STEPS), quiet=quiet)
    steps("write_demo", 0, 0)
    written = write_demo(folder, seed=seed)
    study = load_study(folder)
    done = _run(study, steps, language=language, png=png, supersedes=earlier_towns(study, written))
    click.echo(_SAY("demo.ready", folder=folder))
    _tell(done)
    click.echo(_SAY("demo.next", folder=folder))


@commands.command(help=_SAY("help.init"))
@click.argument("extracts", type=click.Path(path_type=Path))
@click.option("-y", "--yes", is_flag=True, help=_SAY("help.yes"))
@click.option("--force", is_flag=True, help=_SAY("help.force"))
@click.option("--database", metavar="URL", help=_SAY("help.database"))
@click.option("--query", metavar="SQL", help=_SAY("help.query"))
@_LANGUAGE
def init(
    extracts: Path, yes: bool, force: bool, database: str | None, query: str | None, language: Language | None
) -> None:
    """Propose a study file for a folder of extracts, and make the key of the study."""
    from kumppanuus.console.init import make_key, put_in_place, question_say, whoever_answers
    from kumppanuus.intake.proposal import Query, propose
    from kumppanuus.intake.source_text import DATABASE_VARIABLE

    say = question_say(_SAY)
    database = database or (os.environ.get(DATABASE_VARIABLE) if query else None)
    if bool(database) != bool(query):
        raise click.UsageError(say("init.both"))
    if (extracts / STUDY_FILE).exists() and not force:
        raise StudyError("KU215", file=str(extracts / STUDY_FILE))
    asked = Query(database, query) if database and query else None
    proposal = propose(extracts, say, whoever_answers(say, yes=yes), asked)
    for line in proposal.told:
        click.echo(line)
    make_key(extracts, say)
    put_in_place(extracts / STUDY_FILE, proposal.text, say)
    if proposal.todo:
        click.echo(say("init.todo", n=proposal.todo))
    if asked is not None:
        click.echo(say("init.database", variable=DATABASE_VARIABLE))
    click.echo(say("init.next", folder=extracts))


@commands.command(help=_SAY("help.check"))
@_study_argument
@click.option("--rules", is_flag=True, help=_SAY("help.rules"))
@click.option("--rule", "codes", multiple=True, metavar="CODE", help=_SAY("help.rule"))
@_LIMIT
@_JSON
@_LANGUAGE
@_QUIET
@click.pass_context
def check(
    ctx: click.Context, study: Path | None, study_option: Path | None, rules: bool, codes: tuple[str, ...],
    limit: float | None, as_json: bool, language: Language | None, quiet: bool,
) -> None:  # fmt: skip
    """Print the account of every row and the findings; or the catalogue of rules; or what was found of some rules."""
    from kumppanuus.console.checking import check_and_tell
    from kumppanuus.console.findings import demand_known, tell_catalogue

    if rules:
        return tell_catalogue(_SAY, as_json)
    asked, wanted = _limited(_study(study, study_option), limit), demand_known(codes)
    steps = Steps(_SAY, steps=("read",), quiet=quiet or as_json)
    good = check_and_tell(asked, wanted, steps, _SAY, as_json=as_json)
    ctx.exit(EXIT_OK if good else EXIT_FINDINGS)


@commands.command(help=_SAY("help.run"))
@_study_argument
@click.option("--only", multiple=True, metavar="ANALYSIS", help=_SAY("help.only"))
@click.option("--skip", multiple=True, metavar="ANALYSIS", help=_SAY("help.skip"))
@click.option("-o", "--output", type=click.Path(path_type=Path, file_okay=False), help=_SAY("help.output"))
@click.option("--png/--no-png", default=True, help=_SAY("help.png"))
@click.option("--supersedes", multiple=True, metavar="RUN", help=_SAY("help.supersedes"))
@click.option("--internal", is_flag=True, help=_SAY("help.internal"))
@_LIMIT
@_LANGUAGE
@_QUIET
@click.pass_context
def run(
    ctx: click.Context, study: Path | None, study_option: Path | None, only: tuple[str, ...], skip: tuple[str, ...],
    output: Path | None, png: bool, supersedes: tuple[str, ...], internal: bool, limit: float | None,
    language: Language | None, quiet: bool,
) -> None:  # fmt: skip
    """Do the main job."""
    if internal and supersedes:
        raise click.UsageError(_SAY("run.internal_supersedes"))
    asked = _limited(_study(study, study_option), limit)
    if output is not None:
        place = {"internal" if internal else "folder": str(output.resolve())}
        asked = asked.model_copy(update={"outputs": asked.outputs.model_copy(update=place)})
    steps = Steps(_SAY, steps=EXACT_STEPS if internal else STEPS, quiet=quiet)
    done = _run(asked, steps, language=language, png=png, only=only, skip=skip,
                supersedes=supersedes, internal=internal)  # fmt: skip
    _tell(done)
    partial = done.failed or (only and done.missing)
    ctx.exit(EXIT_PARTIAL if partial else EXIT_OK)


@commands.command("list", help=_SAY("help.list"))
@_study_argument
@_JSON
@_LANGUAGE
def list_analyses(study: Path | None, study_option: Path | None, as_json: bool, language: Language | None) -> None:
    """List the analyses."""
    from kumppanuus.console.rooms import listed, print_listed
    from kumppanuus.wings import ROOMS

    path = study_option or study or Path()
    given = None
    if study_option or study or (path / STUDY_FILE).is_file():
        given = frozenset(source.table for source in load_study(path).sources)
    if as_json:
        click.echo(json.dumps([listed(room, given, _SAY) for room in ROOMS], ensure_ascii=False, indent=2))
        return
    for room in ROOMS:
        print_listed(room, given, _SAY)


@commands.command(help=_SAY("help.explain"))
@click.argument("name")
@_LANGUAGE
def explain(name: str, language: Language | None) -> None:
    """Explain an analysis or a code."""
    from kumppanuus.console.rooms import explain_room
    from kumppanuus.intake.rules import load_rules
    from kumppanuus.wings import ROOMS

    rooms, rules = {room.key: room for room in ROOMS}, load_rules()
    if name in rooms:
        explain_room(rooms[name], _SAY)
    elif name.upper() in rules:
        rule = rules[name.upper()]
        what, mend = (filled(text[_SAY.language], {}, _SAY) for text in (rule.what, rule.mend))
        click.echo(f"{name.upper()}  {what}\n  {_SAY(f'explain.{rule.severity}')}\n  {_SAY('error.mend')}: {mend}")
    elif _SAY.has(f"{name.upper()}.what"):
        texts = (_SAY.texts[f"{name.upper()}.{part}"][_SAY.language] for part in ("what", "mend"))
        what, mend = (filled(text, {}, _SAY) for text in texts)
        click.echo(f"{name.upper()}  {what}\n  {_SAY('explain.fault')}\n  {_SAY('error.mend')}: {mend}")
    else:
        codes = {key.split(".")[0] for key in _SAY.texts if key.startswith("KU")}
        near = difflib.get_close_matches(name, sorted({*rooms, *rules, *codes}), n=1)
        raise StudyError("KU217", name=name, near=near[0] if near else "-")


def main() -> None:
    """Run the command line; every error becomes words and an exit code."""
    plain_output()
    try:
        code = commands.main(standalone_mode=False)
        sys.exit(code if isinstance(code, int) else EXIT_OK)
    except click.exceptions.Exit as leave:
        sys.exit(leave.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(_SAY("run.interrupted"), err=True)
        sys.exit(EXIT_INTERRUPTED)
    except KumppanuusError as error:
        print_error(error, _SAY, rule_texts(_SAY))
        sys.exit(error.exit_code)
    except Exception as error:
        print_error(_fault(error), _SAY, {})
        sys.exit(EXIT_FAULT)


def _fault(error: Exception) -> KumppanuusError:
    """Write a fault report that holds places in the code only: most libraries print the cell in their message."""
    lines = [f"kumppanuus {__version__}, python {sys.version.split()[0]}, {sys.platform}", *places_of(error)]
    try:
        Path(FAULT_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return KumppanuusError("KU900", file="; ".join(lines[1:]))
    return KumppanuusError("KU900", file=FAULT_FILE)


def _study(argument: Path | None, option: Path | None) -> Study:
    return load_study(option or argument or Path())


def _limited(study: Study, percent: float | None) -> Study:
    """Return the study with the quarantine limit of the command line, when one was given."""
    if percent is None:
        return study
    return study.model_copy(update={"check": study.check.model_copy(update={"quarantine_percent": percent})})


def _report_language(language: Language | None) -> Language | None:
    return language or (_SAY.language if os.environ.get("KUMPPANUUS_LANGUAGE") in LANGUAGES else None)


def _run(
    study: Study, steps: Steps, *, language: Language | None, png: bool, only: tuple[str, ...] = (),
    skip: tuple[str, ...] = (), supersedes: tuple[str, ...] = (), internal: bool = False,
) -> Run:  # fmt: skip
    from kumppanuus import pipeline

    root = click.get_current_context().find_root().params.get("language")
    spoken = _report_language(language or root)
    done = pipeline.run(study, language=spoken, only=only, skip=skip, png=png, supersedes=supersedes,
                        face="internal" if internal else "public", progress=steps)  # fmt: skip
    steps.finish(_SAY("step.unprotected") if internal else _SAY("step.hidden", n=done.hidden))
    return done


def _tell(done: Run) -> None:
    from kumppanuus.console.ending import tell_run

    tell_run(done, _SAY)
