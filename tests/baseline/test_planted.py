"""The planted pain points on the board: the ranking is read and judged rightly, and the demo that is shown is right.

`make planted` does the same with 20 seeds, `.ci/run` with three.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import pytest

from benchmarks.planted import BOARD, Placed, judge, ranking
from kumppanuus.intake.pseudonym import load_or_make_key
from kumppanuus.report.store import stored_run
from kumppanuus.study import load_study
from tests.conftest import Shell
from tests.demo_run import demo_run

LATE = Placed("baseline.timeliness", "late_start", ("lantinen",), 40.0)
SLOW = Placed("baseline.waiting", "slow_area", ("lantinen",), 9.0)
WORSE = Placed("baseline.timeliness", "worse_start", (), 5.0)
APART = Placed("baseline.capability", "apart", ("yhteistyo", "leader", "worker"), 30.0)
STRANGE = Placed("baseline.timeliness", "late_start", ("itainen",), 35.0)
PLANTED: tuple[Mapping[str, Any], ...] = (
    {
        "name": "late_clock",
        "signal": {"room": "baseline.timeliness", "name": "late_start", "about": ["lantinen"]},
        "echoes": [
            {"room": "baseline.timeliness", "about": []},
            {"room": "baseline.waiting", "about": ["lantinen"]},
        ],
    },
    {
        "name": "disagreement",
        "signal": {"room": "baseline.capability", "name": "apart", "about": ["yhteistyo"]},
        "echoes": [],
    },
)


def test_planted_points_and_their_echoes_are_right_in_any_order() -> None:
    for board in ([LATE, APART, SLOW, WORSE], [SLOW, WORSE, APART, LATE], [LATE, APART, STRANGE]):
        verdict = judge(1, board, PLANTED)
        assert verdict.right
        assert verdict.found == {
            "late_clock": board.index(LATE) + 1,
            "disagreement": board.index(APART) + 1,
        }


@pytest.mark.parametrize(
    ("board", "found", "above"),
    [
        ([LATE], {"late_clock": 1, "disagreement": 0}, ()),
        ([], {"late_clock": 0, "disagreement": 0}, ()),
        ([LATE, STRANGE, APART], {"late_clock": 1, "disagreement": 3}, (STRANGE,)),
        ([STRANGE, APART, WORSE], {"late_clock": 0, "disagreement": 2}, (STRANGE,)),
    ],
)
def test_what_is_lacking_or_stands_above_without_being_planted_is_wrong(
    board: list[Placed], found: dict[str, int], above: tuple[Placed, ...]
) -> None:
    verdict = judge(1, board, PLANTED)
    assert not verdict.right
    assert (dict(verdict.found), verdict.above) == (found, above)


def test_a_board_is_read_by_rank_and_without_what_weighs_nothing() -> None:
    codes = [
        "baseline.timeliness/late_start?area=areas:lantinen",
        "baseline.capability/apart?theme=themes:yhteistyo&first=respondent_groups:leader",
        "baseline.timeliness/worse_start",
    ]
    rows = pd.DataFrame({"signal": codes, "rank": [2.0, 1.0, 3.0], "score": [4.0, 7.5, 0.0]})
    assert ranking({"signals": rows}) == (  # type: ignore[arg-type]
        Placed("baseline.capability", "apart", ("yhteistyo", "leader"), 7.5),
        Placed("baseline.timeliness", "late_start", ("lantinen",), 4.0),
    )


def test_the_demo_that_is_shown_has_every_planted_point_on_its_board(
    tmp_path_factory: pytest.TempPathFactory, worker_id: str, shell: Shell
) -> None:
    made = demo_run(tmp_path_factory, worker_id, shell)
    assert made.returncode == 0, made.stderr
    study = load_study(made.folder)
    kept = stored_run(study, load_or_make_key(study.state_folder, may_make=False))
    truth = json.loads((made.folder / "totuus.json").read_text(encoding="utf-8"))
    verdict = judge(truth["seed"], ranking(kept.released.results[BOARD]), truth["planted"])
    assert verdict.right, verdict
