"""Which seeds are tried."""

from __future__ import annotations

import os

BATCH = 20


def batches(of: int = 1) -> list[range]:
    """Return the seeds in batches; ``KUMPPANUUS_FUZZ`` is a single seed, or a range such as ``0-2000``.

    Parameters
    ----------
    of : every how many seeds of a range one is tried.
    """
    first, _, end = os.environ.get("KUMPPANUUS_FUZZ", "0-40").partition("-")
    whole = range(int(first), -(-int(end) // of) if end else int(first) + 1)
    return [whole[at : at + BATCH] for at in range(0, len(whole), BATCH)]
