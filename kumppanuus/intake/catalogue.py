"""The catalogue of services as an extract: rows of the table ``services`` → services of the study."""

from __future__ import annotations

import pyarrow as pa

from kumppanuus.errors import StudyError
from kumppanuus.intake.slugs import unused_code
from kumppanuus.register.codes import UNKNOWN
from kumppanuus.study import Service, Study, Words

_CODES = ("level", "sector", "unit", "production")


def with_services(study: Study, rows: pa.Table) -> Study:
    """Return the study with the services of its catalogue file; services written in the study itself win.

    Raises
    ------
    StudyError
        KU227 when the level, sector, unit or way of production of a service is none that the toolkit knows.
    """
    known = {service.code for service in study.services} | {service.name.fi for service in study.services}
    listed = [row for row in rows.to_pylist() if row["service"] not in known and row["code"] not in known]
    strange = [name for name in _CODES if any(row[name] == UNKNOWN for row in listed)]
    if strange:
        raise StudyError("KU227", columns=", ".join(strange))
    services = [*study.services]
    for row in sorted(listed, key=lambda each: str(each["service"])):
        services.append(_service(row, {service.code for service in services}))
    return study.model_copy(update={"services": tuple(services)})


def _service(row: dict[str, object], taken: set[str]) -> Service:
    words = Words(fi=str(row["service"]), sv=str(row["name_sv"] or ""), en=str(row["name_en"] or ""))
    cents = row["unit_cost_cents"]
    told = {name: row[name] for name in _CODES if row[name] is not None}
    cost = int(str(cents)) / 100 if cents is not None else None
    code = unused_code(str(row["code"] or row["service"]), taken)
    return Service.model_validate({"code": code, "name": words, "unit_cost_eur": cost, **told})
