"""The demo in a folder of its own: reports on another synthetic town, or by another version, are out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kumppanuus import __version__
from kumppanuus.report.earlier import find_manifests
from kumppanuus.report.manifest import sha256_of

if TYPE_CHECKING:
    from kumppanuus.demo import DemoFiles
    from kumppanuus.study import Study


def earlier_towns(study: Study, written: DemoFiles) -> tuple[str, ...]:
    """Return the runs in the demo's folder that were not made of its present extracts by this version.

    Nobody lives in a synthetic town, so `demo` withdraws them without asking (R15).
    """
    present = {file.name: sha256_of(file) for file in written.extracts}
    made = [(each.run, each.content or {}) for each in find_manifests(study.output_folder)]
    return tuple(
        run for run, content in made if content.get("inputs") != present or content.get("version") != __version__
    )
