"""No honest number of a report is called a leak, not even where clients have every number there is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from kumppanuus import pipeline, publishing
from kumppanuus.demo import write_demo
from kumppanuus.disclosure.scan import Leak, scan_outputs
from kumppanuus.disclosure.tokens import grouped
from kumppanuus.disclosure.unpack import pieces
from kumppanuus.language.say import Say
from kumppanuus.study import load_study
from tests.studies import others

SKIPPED = {
    "public": ["baseline.data_quality"],
    "internal": others(
        "baseline.coverage", "lifecycle.durations", "lifecycle.flow", "lifecycle.network", "resources.spending"
    ),
}


def _quiet(step: str, done: int, total: int) -> None:
    pass


@pytest.mark.parametrize("face", ["public", "internal"])
def test_numbers_in_groups_are_the_reports_own(face: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    write_demo(tmp_path, families=1000)
    spoken: list[Say] = []
    met: dict[str, set[str]] = {}

    def speaker(*given: object) -> Say:
        spoken.append(pipeline_speaker(*given))  # type: ignore[arg-type]
        return spoken[-1]

    def scan(
        folder: Path, *, released_numbers: frozenset[str], said: Collection[str] = (), **_: object
    ) -> tuple[Leak, ...]:
        paths = [path for path in folder.rglob("*") if path.is_file()]
        texts = {piece.text for path in paths for piece in pieces(path.read_bytes()) if piece.words}
        written = {digits for text in texts for digits in grouped(text)}

        def knows(tokens: Sequence[str]) -> list[bool]:
            return [token in written for token in tokens]

        met["grouped"], met["said"] = written, spoken[-1].written
        met["summed"] = spoken[-1].written - released_numbers
        return scan_outputs(folder, knows=knows, released_numbers=released_numbers, said=spoken[-1].written)

    pipeline_speaker = pipeline.speaker
    monkeypatch.setattr(pipeline, "speaker", speaker)
    monkeypatch.setattr(publishing, "scan_outputs", scan)
    pipeline.run(load_study(tmp_path), skip=SKIPPED[face], progress=_quiet, face=face)  # type: ignore[arg-type]
    assert len(met["grouped"]) > 20
    assert met["grouped"] & met["summed"]  # sums and marks of axes, which stand in no table
