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

INVALID, TEMPORARY = 313, 314
_CENTURY = {"+": 1800} | dict.fromkeys("-YXWVU", 1900) | dict.fromkeys("ABCDEF", 2000)
_FIRST_TEMPORARY = 900


@dataclass(frozen=True, slots=True)
class People:
    """What identity codes tell, one entry per code.

    code : upper case, with its own century sign, which may be all that tells two people apart; an invalid code is
        given as it was, in upper case.
    birth_date : date32, null when the code breaks a rule.
    sex : ``female`` or ``male`` by the parity of the individual number, null when the code breaks a rule.
    rules : 0, or the number of the rule broken (313 invalid, 314 temporary and not accepted).
    """

    code: pa.Array
    birth_date: pa.Array
    sex: pa.Array
    rules: np.ndarray


def read_identity_codes(codes: Sequence[str | None], *, temporary: bool) -> People:
    """Read distinct identity codes.

    Parameters
    ----------
    codes : trimmed texts; None stays null and breaks no rule.
    temporary : accept individual numbers 900–999, which are never issued to people.
    """
    known = [_person(code, temporary) for code in codes]
    return People(
        code=pa.array([p[0] for p in known], pa.string()),
        birth_date=pa.array([p[1] for p in known], pa.date32()),
        sex=pa.array([p[2] for p in known], pa.string()),
        rules=np.array([p[3] for p in known], np.int64),
    )


def _person(code: str | None, temporary: bool) -> tuple[str | None, datetime.date | None, str | None, int]:
    if code is None:
        return None, None, None, 0
    try:
        whole = hetu.validate(code, allow_temporary=True)
    except ValidationError:
        return code.upper(), None, None, INVALID
    individual = int(whole[7:10])
    if individual >= _FIRST_TEMPORARY and not temporary:
        return whole, None, None, TEMPORARY
    birth = datetime.date(_CENTURY[whole[6]] + int(whole[4:6]), int(whole[2:4]), int(whole[:2]))
    return whole, birth, "male" if individual % 2 else "female", 0
