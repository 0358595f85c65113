"""The small town that all fuzz tests damage, and the command line that is watched."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.case import Said, speaker
from tests.fuzz.town import Town, cut_town


@pytest.fixture(scope="session")
def town(demo_folder: Path) -> Town:
    return cut_town(demo_folder)


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    return speaker(monkeypatch, capfd)
