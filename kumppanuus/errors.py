"""One tree of errors, one exit code each.

An error carries a code of the finding catalogue (``language/findings.toml``) and safe facts only: file names,
row numbers, column names, counts, codes the *study* wrote. Never the value of a cell of an extract.
"""

from __future__ import annotations

import traceback
from pathlib import Path

EXIT_OK = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_DISCLOSURE = 3
EXIT_PARTIAL = 4
EXIT_FAULT = 70
EXIT_INTERRUPTED = 130


class KumppanuusError(Exception):
    """Base of every error the toolkit raises on purpose.

    Parameters
    ----------
    code : catalogue code, such as ``"KU101"``; the catalogue says what happened and how to mend it.
    facts : safe facts for the message (never cell values): ``file``, ``row``, ``column``, ``n``, …
    """

    exit_code = EXIT_FAULT

    def __init__(self, code: str, **facts: object) -> None:
        self.code = code
        self.facts = facts
        super().__init__(code, facts)

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value}" for name, value in self.facts.items())])


class StudyError(KumppanuusError):
    """The settings, the command or the place it should write to are not usable."""

    exit_code = EXIT_USAGE


class InputError(KumppanuusError):
    """An extract cannot be read at all; nothing was changed."""

    exit_code = EXIT_FINDINGS


class DisclosureError(KumppanuusError):
    """The gate refused: publishing would break a disclosure rule. Nothing was put in place."""

    exit_code = EXIT_DISCLOSURE


class DeclarationError(KumppanuusError):
    """An analysis does not keep the contract of the house (a developer's fault, exit 70)."""


class ModelError(KumppanuusError):
    """A model of optimisation is put together wrongly, or was asked for numbers that it does not have."""


def places_of(error: BaseException) -> tuple[str, ...]:
    """Return what kind of fault it was and where in the code it rose.

    Kinds, file names, lines and functions only: most libraries print the cell in their messages.
    """
    kinds, cause = [type(error).__name__], error.__cause__ or error.__context__
    while cause is not None:
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    frames = traceback.extract_tb(error.__traceback__)
    return (" <- ".join(kinds), *(f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames))
