"""How a call ends: every error becomes words and an exit code, and a fault of the program a file without data."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from kumppanuus import __version__
from kumppanuus.console.speech import print_error, rule_texts
from kumppanuus.errors import EXIT_FAULT, EXIT_INTERRUPTED, EXIT_OK, KumppanuusError, places_of

if TYPE_CHECKING:
    from kumppanuus.language.say import Say

FAULT_FILE = "kumppanuus-fault.txt"


def leave(command: Callable[[], object], say: Say) -> NoReturn:
    """Do what was asked and leave the process with its exit code."""
    try:
        code = command()
        sys.exit(code if isinstance(code, int) else EXIT_OK)
    except click.exceptions.Exit as left:
        sys.exit(left.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo(say("run.interrupted"), err=True)
        sys.exit(EXIT_INTERRUPTED)
    except KumppanuusError as error:
        print_error(error, say, rule_texts(say))
        sys.exit(error.exit_code)
    except Exception as error:
        print_error(_fault(error), say, {})
        sys.exit(EXIT_FAULT)


def _fault(error: Exception) -> KumppanuusError:
    """Write a fault report that holds places in the code only: most libraries print the cell in their message."""
    lines = [f"kumppanuus {__version__}, python {sys.version.split()[0]}, {sys.platform}", *places_of(error)]
    try:
        Path(FAULT_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    except OSError:
        return KumppanuusError("KU900", file="; ".join(lines[1:]))
    return KumppanuusError("KU900", file=FAULT_FILE)
