"""click in the language of the call: its own words, aliases of commands, guesses at what was misspelt."""

from __future__ import annotations

import difflib
import os
import sys
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import click

from kumppanuus.analysis import files
from kumppanuus.console.speech import console_say
from kumppanuus.language.catalogue import read_texts

if TYPE_CHECKING:
    from kumppanuus.language.say import Texts
    from kumppanuus.study import Language

LANGUAGE_VARIABLE = "KUMPPANUUS_LANGUAGE"
_SHORT = 200
"""Letters of a command in the list of commands: whole sentences over two lines rather than cut ones."""
_SPEAKING = ("core", "decorators", "exceptions", "formatting", "parser", "shell_completion", "termui", "types",
             "_winconsole")  # fmt: skip
"""The modules of click that say something. Each has taken `gettext` in under the name ``_``, and `ngettext`."""
_KINDS = {"integer": "IntParamType", "integers": "IntRange", "float": "FloatParamType", "floats": "FloatRange",
          "text": "StringParamType"}  # fmt: skip


def asked_language(arguments: Sequence[str]) -> Language:
    """Find the language before click does, so that help itself speaks it."""
    asked = os.environ.get(LANGUAGE_VARIABLE, "")
    for place, argument in enumerate(arguments):
        name, _, value = argument.partition("=")
        if name in ("--language", "-l"):
            asked = value or (arguments[place + 1] if place + 1 < len(arguments) else "")
        elif argument.startswith("-l") and not argument.startswith("--"):
            asked = argument[2:]
    return _known(asked) or "fi"


def chosen_language(language: Language | None) -> Language | None:
    """Return the language of a report: the one asked for on the command line, else by the environment, else none."""
    root = click.get_current_context().find_root().params.get("language")
    asked = language or root or os.environ.get(LANGUAGE_VARIABLE)
    return _known(asked)


def _known(name: str | None) -> Language | None:
    known: tuple[Language, ...] = ("fi", "sv", "en")
    return next((language for language in known if language == name), None)


SAY = console_say(asked_language(sys.argv[1:]))


def aliases(texts: Texts) -> Mapping[str, str]:
    """Return every other name of a command → the command: in Finnish and Swedish, with and without dots and rings."""
    named: dict[str, str] = {}
    for key, words in texts.items():
        table, _, command = key.partition(".")
        if table in ("alias", "also"):  # those of "also" work but are not shown
            for word in words.values():
                named |= dict.fromkeys((word, _bare(word)), command)
    return {alias: command for alias, command in named.items() if alias != command}


def _bare(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFKD", word) if not unicodedata.combining(each))


ALIASES = aliases(SAY.texts)


def speak(language: Language) -> None:
    """Let click say everything in a language; what it says in words that are not known stays English."""
    words = _click_words(language)

    def one(text: str) -> str:
        return words.get(text, text)

    def several(singular: str, plural: str, n: int) -> str:
        return one(singular if n == 1 else plural)

    for name in _SPEAKING:
        module: Any = sys.modules.get(f"click.{name}")
        if module is not None:
            module._, module.ngettext = one, several
    types: Any = sys.modules["click.types"]
    for kind, of in _KINDS.items():
        getattr(types, of).name = _click_texts()[f"kind.{kind}"][language]


@lru_cache(maxsize=1)
def _click_texts() -> Texts:
    return read_texts(files("kumppanuus.language") / "click.toml")


@lru_cache(maxsize=3)
def _click_words(language: Language) -> Mapping[str, str]:
    return {entry["en"]: entry[language] for entry in _click_texts().values()}


speak(SAY.language)


class Command(click.Command):
    """A command whose line of use is in the language of the call."""

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the line of use."""
        words = _click_words(SAY.language)
        return [words.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]


class Commands(click.Group):
    """Commands with aliases, in the order of the table of aliases, and a guess at misspelt ones."""

    command_class = Command

    def collect_usage_pieces(self, ctx: click.Context) -> list[str]:
        """Return the pieces of the line of use."""
        words = _click_words(SAY.language)
        return [words.get(piece, piece) for piece in super().collect_usage_pieces(ctx)]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands in the order of the work; one without an alias last."""
        order = [key.removeprefix("alias.") for key in SAY.texts if key.startswith("alias.")]
        return sorted(self.commands, key=lambda name: order.index(name) if name in order else len(order))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands, each with its name in the language of the call beside it."""
        named = [(_named(name), self.commands[name]) for name in self.list_commands(ctx)]
        rows = [(name, command.get_short_help_str(_SHORT)) for name, command in named if not command.hidden]
        with formatter.section(_click_words(SAY.language)["Commands"]):
            formatter.write_dl(rows)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command of a name or alias."""
        return super().get_command(ctx, cmd_name) or super().get_command(ctx, ALIASES.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Resolve a command; an unknown one is refused with the nearest known one."""
        if args and self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            known = [*self.commands, *(alias for alias, command in ALIASES.items() if command in self.commands)]
            raise click.UsageError(SAY("error.unknown_command", name=args[0]) + guess(args[0], known), ctx)
        return super().resolve_command(ctx, args)


class Choice(click.Choice[str]):
    """One of a few words, with a guess at a misspelt one."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Say that it is none of the words, and which one may have been meant."""
        return super().get_invalid_choice_message(value, ctx) + guess(str(value), list(map(str, self.choices)))


def guess(name: str, known: Sequence[str]) -> str:
    """Return the question whether the nearest known name was meant, with a space before it; nothing when none is."""
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6 if len(name) > 2 else 0.5)
    return " " + SAY("error.did_you_mean", near=near[0]) if near else ""


def _named(command: str) -> str:
    alias = SAY.texts.get(f"alias.{command}", {}).get(SAY.language, command)
    return command if alias == command else f"{command}, {alias}"
