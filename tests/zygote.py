"""A process that has imported what every run imports and does each call in a child of its own.

Most of a short call of the command line is importing pandas, scipy and matplotlib. Here that is done once a worker: a
call is a fork of a process that has imported and done nothing else, with its own arguments, environment, folder and
streams, so nothing is shared between calls. Started as ``python -m tests.zygote``: a line of JSON in, a line out.
"""

from __future__ import annotations

import io
import json
import os
import runpy
import sys
import time
import traceback
from collections.abc import Mapping
from typing import Any

HEAVY = ("kumppanuus.pipeline", "kumppanuus.reports", "kumppanuus.demo", "babel.numbers", "babel.dates", "click")


def main() -> None:
    """Import, say so, and serve."""
    for name in HEAVY:
        __import__(name)
    print("ready", flush=True)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os._exit(_call(json.loads(line)))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _call(asked: Mapping[str, Any]) -> int:
    os.chdir(asked["cwd"])
    os.environ.clear()
    os.environ.update(asked["environment"])
    time.tzset()
    for number, name in ((0, os.devnull), (1, asked["out"]), (2, asked["err"])):
        handle = os.open(name, os.O_RDWR)
        os.dup2(handle, number)
        os.close(handle)
    sys.stdin = open(0, closefd=False, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.__stdout__ = io.TextIOWrapper(open(1, "wb", closefd=False), encoding="utf-8")  # type: ignore[misc]  # noqa: SIM115
    sys.stderr = sys.__stderr__ = io.TextIOWrapper(  # type: ignore[misc]
        open(2, "wb", closefd=False),  # noqa: SIM115
        encoding="utf-8",
        errors="backslashreplace",
        line_buffering=True,
    )
    sys.argv = ["kumppanuus", *asked["arguments"]]
    try:
        runpy.run_module("kumppanuus", run_name="__main__", alter_sys=False)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
