"""The one boundary between libraries, which print cells in their exceptions, and us, who never do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from kumppanuus.errors import InputError, KumppanuusError


@contextmanager
def safe_reading(file: str) -> Iterator[None]:
    """Let nothing but our own errors out of a block that handles raw values.

    Parameters
    ----------
    file : name of the file being read, without its folder.

    Raises
    ------
    InputError
        KU111 when the system refuses the file, KU199 for any other fault; both name the kind of the fault only.
    """
    try:
        yield
    except KumppanuusError:
        raise
    except OSError as error:
        raise InputError("KU111", file=file, problem=type(error).__name__) from None
    except (KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of a library written in Rust is no Exception
        raise InputError("KU199", file=file, problem=type(error).__name__) from None
