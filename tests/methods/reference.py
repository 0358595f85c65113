"""Values computed with R and other software, which lie beside the project; where they do not, tests skip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

REFERENCE = Path(__file__).parents[3] / "shared" / "reference"


def r_case(name: str, rows: str = "input.csv", expected: str = "expected.json") -> tuple[pd.DataFrame, dict[str, Any]]:
    """Return the rows of a case, and what other software makes of them."""
    folder = REFERENCE / name
    if not folder.is_dir():
        pytest.skip(f"reference values not here: {name}")
    return pd.read_csv(folder / rows), json.loads((folder / expected).read_text(encoding="utf-8"))
