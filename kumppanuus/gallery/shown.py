"""The gallery through the gate: what its rooms show in a case."""

from __future__ import annotations

from collections.abc import Sequence

from kumppanuus.analysis import Analysis, Context
from kumppanuus.disclosure.gate import release
from kumppanuus.disclosure.released import Released
from kumppanuus.gallery.cases import Case, GalleryParams
from kumppanuus.study import Disclosure

_NO_CONTEXT = Context({}, {}, 0, frozenset())


def released_gallery(rooms: Sequence[Analysis], case: Case = "usual", settings: Disclosure | None = None) -> Released:
    """Return the rooms' made-up results as the gate releases them.

    Raises
    ------
    DisclosureError
        As the gate says.
    """
    params = GalleryParams(case)
    results = {room.key: room.compute({}, params, _NO_CONTEXT) for room in rooms}
    return release(results, settings or Disclosure())
