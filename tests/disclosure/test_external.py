"""Numbers that others have published pass as they are, in tables that count nobody."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd
import pytest

from kumppanuus.analysis import Column, Result, result_table
from kumppanuus.disclosure.gate import release
from kumppanuus.errors import DisclosureError
from kumppanuus.register.populations import INDICATORS
from kumppanuus.study import Disclosure

_REGION = Column("dimension", codes="regions")
ROWS = [("5", 10.75), ("6", -0.3), ("7", float("nan"))]


@dataclass(frozen=True, slots=True)
class Published(Result):
    values: pd.DataFrame = result_table(
        "counts", MappingProxyType({"region": _REGION, "value": Column("external")}), population=INDICATORS
    )


@dataclass(frozen=True, slots=True)
class BesidePeople(Result):
    values: pd.DataFrame = result_table(
        "counts",
        MappingProxyType({"region": _REGION, "value": Column("external"), "persons": Column("persons"),
                          "families": Column("families")}),
        population=INDICATORS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AsBins(Result):
    values: pd.DataFrame = result_table(
        "histogram", MappingProxyType({"region": _REGION, "value": Column("external")}), population=INDICATORS
    )


@pytest.mark.parametrize("face", ["public", "internal"])
def test_they_pass_to_the_last_decimal(face: str) -> None:
    frame = pd.DataFrame(ROWS, columns=["region", "value"])
    released = release({"a.b": Published(frame)}, Disclosure(), face=face)  # type: ignore[arg-type]
    table = released.results["a.b"].tables["values"]
    pd.testing.assert_series_equal(table.frame["value"], frame["value"])
    assert not table.masked.any(axis=None)


def test_a_number_of_the_register_cannot_be_called_external() -> None:
    frame = pd.DataFrame([("5", 10.75, 3, 1)], columns=["region", "value", "persons", "families"])
    with pytest.raises(DisclosureError) as told:
        release({"a.b": BesidePeople(frame)}, Disclosure())
    assert (told.value.code, told.value.facts["found"]) == ("KU502", "value")
    with pytest.raises(DisclosureError) as told:
        release({"a.b": AsBins(frame[["region", "value"]])}, Disclosure())
    assert told.value.code == "KU502"


def test_a_text_is_no_number() -> None:
    with pytest.raises(DisclosureError) as told:
        release({"a.b": Published(pd.DataFrame([("5", "x")], columns=["region", "value"]))}, Disclosure())
    assert told.value.code == "KU504"
