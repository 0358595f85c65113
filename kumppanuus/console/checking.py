"""The command ``check``: read the extracts, say what was found, and whether a run may follow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from kumppanuus.console.account import account_as_json, print_account
from kumppanuus.console.findings import chosen, finding_as_json, print_rules_found
from kumppanuus.intake.quarantine_limit import over_limit
from kumppanuus.pipeline import read

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kumppanuus.console.speech import Steps
    from kumppanuus.language.say import Say
    from kumppanuus.study import Study


def check_and_tell(study: Study, codes: Sequence[str], steps: Steps, say: Say, *, as_json: bool) -> bool:
    """Read the extracts of a study and print the account and findings, or only those of the given codes.

    Returns
    -------
    bool
        True when nothing of what was asked has to be mended: no error that the study does not accept, and no file of
        which too much was put aside.
    """
    intake, _ = read(study, progress=steps)
    steps.finish()
    found, accept = chosen(intake.findings, codes), study.check.accept
    if codes and as_json:
        said = {"findings": [finding_as_json(each, accept) for each in found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    elif codes:
        print_rules_found(codes, found, accept, say)
    elif as_json:
        click.echo(json.dumps(account_as_json(study, intake), ensure_ascii=False, indent=2))
    else:
        print_account(study, intake, say)
    errors = any(finding.severity == "error" and not finding.accepted for finding in found)
    return not errors and (bool(codes) or not over_limit(intake.account, study.check))
