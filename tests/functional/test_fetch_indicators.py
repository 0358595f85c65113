"""``fetch-indicators`` against a server of this machine that answers as Sotkanet does, and from saved answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kumppanuus.cli import commands
from kumppanuus.console.front import SAY
from kumppanuus.console.speech import told_error
from kumppanuus.errors import KumppanuusError
from kumppanuus.intake.proposal import propose
from kumppanuus.intake.sotkanet import FACTS, REGIONS, TOLD, VALUES
from kumppanuus.study import load_study
from tests.intake.test_proposal import say
from tests.intake.test_sotkanet import CSV, DESCRIBED, REGION_LIST

OTHER = {**DESCRIBED, "id": 44, "title": {"fi": "Kodin ulkopuolelle sijoitetut 0 - 17-vuotiaat, % väestöstä"}}
LISTED = [
    {"id": 1086, "title": DESCRIBED["title"]},
    {"id": 44, "title": OTHER["title"]},
    {"id": 9, "title": {"fi": None}},
]
ANSWERS = {
    "/rest/regions": json.dumps(REGION_LIST), "/rest/indicators": json.dumps(LISTED),
    "/rest/indicators/1086": json.dumps(DESCRIBED), "/rest/indicators/44": json.dumps(OTHER),
    "/rest/csv?indicator=1086&years=2021&years=2022&genders=total": CSV,
    "/rest/csv?indicator=44&years=2021&years=2022&genders=total": CSV.replace("1086;", "44;"),
    "/rest/indicators/5": "<html>", "/moved/regions": json.dumps(REGION_LIST), "/moved/indicators": json.dumps(LISTED),
    "/moved/indicators/1086": json.dumps({**DESCRIBED, "title": {"fi": "Jotakin muuta"}}),
}  # fmt: skip


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        answer = ANSWERS.get(self.path)
        self.send_response(200 if answer is not None else 404)
        self.end_headers()
        self.wfile.write((answer or "").encode("utf-8"))

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def _fetch(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(commands, ["fetch-indicators", str(folder), "--years", "2021-2022", *words])


def test_the_usual_indicators_are_fetched_and_proposed(tmp_path: Path, address: str) -> None:
    told = _fetch(tmp_path, "--address", f"{address}/rest")
    assert told.exit_code == 0, told.output
    assert "avohuollo" in told.output  # not in the list: said and left out
    folder = tmp_path / "sotkanet"
    assert sorted(path.name for path in folder.iterdir()) == sorted([VALUES, REGIONS, FACTS, TOLD])
    assert len((folder / VALUES).read_text(encoding="utf-8").splitlines()) == 1 + 2 * 3
    source = (folder / TOLD).read_text(encoding="utf-8")
    assert "CC BY 4.0" in source
    assert f"{address}/rest/csv?indicator=44&years=2021&years=2022&genders=total" in source
    proposal = propose(folder, say())
    (tmp_path / "kumppanuus.toml").write_text(
        proposal.text.replace('"TODO: tiedoston nimi"', '"x.csv"'), encoding="utf-8"
    )
    assert {each.table for each in load_study(tmp_path).sources} >= {"indicators", "regions", "indicator_facts"}


def test_the_indicators_of_the_study_are_asked_for(tmp_path: Path, address: str) -> None:
    study = """
        schema = 1
        study = { organiser = "Mallila" }
        window = { from = 2021-01-01, to = 2022-12-31 }
        sources = [{ table = "relationships", files = ["a.csv"], columns = { client = "c" } }]
        services = [{ code = "a", name = { fi = "A" }, level = "early" }]
        peers = { indicators = [{ indicator = 44 }] }
    """
    (tmp_path / "kumppanuus.toml").write_text(study, encoding="utf-8")
    told = CliRunner().invoke(commands, ["hae-tunnusluvut", str(tmp_path), "--address", f"{address}/rest/"])
    assert told.exit_code == 0, told.output
    assert "1086" not in (tmp_path / "sotkanet" / VALUES).read_text(encoding="utf-8")


def _refused(told: Result) -> KumppanuusError:
    assert isinstance(told.exception, KumppanuusError), told.output
    return told.exception


def test_without_an_answer_the_addresses_are_told_and_nothing_is_written(tmp_path: Path, address: str) -> None:
    error = _refused(_fetch(tmp_path, "-i", "77", "--address", f"{address}/rest"))
    assert (error.code, error.facts["problem"]) == ("KU234", "HTTP 404")
    _, mend = told_error(error, SAY, {})
    assert f"{address}/rest/csv?indicator=77&years=2021&years=2022&genders=total" in mend
    error = _refused(_fetch(tmp_path, "-i", "1086", "--address", "http://127.0.0.1:9"))
    assert error.code == "KU234"
    assert _refused(_fetch(tmp_path, "-i", "1086", "--address", "file:///etc")).code == "KU234"
    assert not (tmp_path / "sotkanet").exists()


def test_an_answer_of_another_form_and_a_number_that_changed_hands_are_refused(tmp_path: Path, address: str) -> None:
    assert _refused(_fetch(tmp_path, "-i", "5", "--address", f"{address}/rest")).code == "KU235"
    error = _refused(_fetch(tmp_path, "--address", f"{address}/moved"))
    assert (error.code, error.facts["title"]) == ("KU236", "Jotakin muuta")
    assert _fetch(tmp_path, "--years", "2022-2020").exit_code == 2


def test_answers_saved_by_hand_serve_as_well(tmp_path: Path) -> None:
    saved = tmp_path / "selaimesta"
    saved.mkdir()
    (saved / "lataus(1).json").write_text(json.dumps(REGION_LIST), encoding="utf-8")
    (saved / "data.csv").write_text(CSV, encoding="utf-8-sig")
    error = _refused(_fetch(tmp_path, "--from", str(saved)))
    assert error.facts["addresses"] == "https://sotkanet.fi/rest/1.1/indicators/1086"  # that alone lacks
    (saved / "lataus(2).json").write_text(json.dumps(DESCRIBED), encoding="utf-8")
    assert _fetch(tmp_path, "--from", str(saved), "-o", str(saved)).exit_code == 0
    first = {path.name: path.read_bytes() for path in saved.glob("sotkanet*")}
    assert set(first) == {VALUES, REGIONS, FACTS, TOLD}
    assert _fetch(tmp_path, "--from", str(saved), "-o", str(saved)).exit_code == 0  # its own files do not disturb it
    assert {path.name: path.read_bytes() for path in saved.glob("sotkanet*")} == first
