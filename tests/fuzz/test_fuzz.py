"""Seeded damage to the demo's extracts: no traceback, a balanced account, no value on the way.

``make fuzz`` tries 2,000 seeds; the ordinary suite tries the first 100. A failure names seeds and what they do, which
is all that is needed to try one again: ``KUMPPANUUS_FUZZ=1234 pytest tests/fuzz``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.fuzz.case import Broken, Said, judge, make_case
from tests.fuzz.seeds import batches
from tests.fuzz.town import Town

INIT_EVERY, RUN_EVERY = 8, 80


@pytest.fixture
def reads(town: Town, tmp_path: Path, speak: Callable[..., Said]) -> Mapping[str, int]:
    """How many records every file has before any damage."""
    (tmp_path / "whole" / "aineisto").mkdir(parents=True)
    (tmp_path / "whole" / "kumppanuus.toml").write_text(town.study, encoding="utf-8")
    for name, content in town.files.items():
        (tmp_path / "whole" / "aineisto" / name).write_bytes(content)
    said = speak("check", tmp_path / "whole")
    assert said.code == 1  # the demo has rows for the quarantine
    return {part.file: part.read for part in said.intakes[0].account}


@pytest.mark.parametrize("seeds", batches(), ids=lambda seeds: f"{seeds.start}-{seeds.stop}")
def test_no_damage_breaks_or_betrays(
    seeds: range, town: Town, reads: Mapping[str, int], tmp_path: Path, speak: Callable[..., Said]
) -> None:
    broken = []
    for seed in seeds:
        case = make_case(town, seed, tmp_path / f"case{seed}")
        alone = len(seeds) == 1
        commands = ["check", *["init"] * (alone or seed % INIT_EVERY == 0), *["run"] * (alone or seed % RUN_EVERY == 1)]
        for command in commands:
            try:
                judge(case, town, reads, speak, command)
            except Broken as what:
                broken.append(f"seed {seed}, {command}: {what} [{case.told}]")
        shutil.rmtree(case.folder)
    if broken:
        pytest.fail("\n".join(broken), pytrace=False)
