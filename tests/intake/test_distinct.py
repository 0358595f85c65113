"""Different texts of a column: by whichever way they are told apart, every row gets its own text back."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kumppanuus.intake import distinct
from kumppanuus.intake.distinct import distinct_texts

TEXTS = st.one_of(
    st.integers(0, 10**18).map(str), st.sampled_from(["007", "7", "0", "", "-5", "+5", " 5", "5 ", "A-7", "١٢", "1.0"])
)


@given(st.lists(TEXTS, max_size=60), st.integers(1, 20))
def test_every_row_has_its_text_and_no_text_stands_twice(texts: list[str], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_FEW", 0)
        pieces = [pa.array(texts[start : start + size], pa.string()) for start in range(0, len(texts), size)]
        at, different = distinct_texts(pa.chunked_array(pieces, pa.string()))
    assert different.take(at).to_pylist() == texts
    assert len(set(different.to_pylist())) == len(different)


@pytest.mark.parametrize("spread", [1, 10**9])
def test_numbers_close_together_and_far_apart(spread: int) -> None:
    numbers = 10**8 + spread * np.random.default_rng(7).integers(0, 50, 300)
    texts = [str(number) for number in numbers.tolist()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(distinct, "_FEW", 0)
        at, different = distinct_texts(pa.array(texts))
    assert different.take(at).to_pylist() == texts
    assert len(different) == len(set(texts))
