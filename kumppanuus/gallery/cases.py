"""The cases every room of the gallery can show: the usual one, and those that charts fail on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import ClassVar, Literal

from kumppanuus.analysis import Params, files

Case = Literal["usual", "one", "many", "hidden", "empty"]
"""One group, as many groups as may come with the longest names, numbers all too small to show, no rows."""
CASES: tuple[Case, ...] = ("usual", "one", "many", "hidden", "empty")
NO_COUNTS = files(__package__) / "counts.sql"


@dataclass(frozen=True, slots=True)
class GalleryParams(Params):
    """Which case is shown."""

    case: Case = "usual"

    CHOICES: ClassVar[Mapping[str, tuple[str, ...]]] = MappingProxyType({"case": CASES})
