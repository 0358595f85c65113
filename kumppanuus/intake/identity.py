"""Finnish personal identity codes: checked, read for birth date and sex, and normalised.

References
----------
Digital and Population Data Services Agency, personal identity code; checked with ``stdnum.fi.hetu`` of python-stdnum.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from stdnum.exceptions import ValidationError
from stdnum.fi import hetu

INVALID = 313
_CENTURY = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
_FIRST_TEMPORARY = 900


@dataclass(frozen=True, slots=True)
class People:
    """What identity codes tell, one entry per code.

    code : upper case, with its own century sign, which may be all that tells two people apart; an invalid code is
        given as it was, in upper case.
    birth_date : date32, null when the code breaks a rule.
    sex : ``female`` or ``male`` by the parity of the individual number, null when the code breaks a rule.
    rules : 0, or the number of the rule broken (313 invalid).
    temporary : the individual number is one of 900–999, which are never issued to people.
    """

    code: pa.Array
    birth_date: pa.Array
    sex: pa.Array
    rules: np.ndarray
    temporary: np.ndarray


def read_identity_codes(codes: Sequence[str | None]) -> People:
    """Read distinct identity codes.

    Parameters
    ----------
    codes : trimmed texts; None stays null and breaks no rule.
    """
    known = [_person(code) for code in codes]
    return People(
        code=pa.array([p[0] for p in known], pa.string()),
        birth_date=pa.array([p[1] for p in known], pa.date32()),
        sex=pa.array([p[2] for p in known], pa.string()),
        rules=np.array([p[3] for p in known], np.int64),
        temporary=np.array([p[4] for p in known], bool),
    )


def _person(code: str | None) -> tuple[str | None, datetime.date | None, str | None, int, bool]:
    if code is None:
        return None, None, None, 0, False
    try:
        whole = hetu.validate(code, allow_temporary=True)
    except ValidationError:
        return code.upper(), None, None, INVALID, False
    individual = int(whole[7:10])
    birth = datetime.date(_CENTURY[whole[6]] + int(whole[4:6]), int(whole[2:4]), int(whole[:2]))
    return whole, birth, "male" if individual % 2 else "female", 0, individual >= _FIRST_TEMPORARY
