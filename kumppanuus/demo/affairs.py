"""Everything that is recorded in Esimerkkilä besides relationships and their bills, each from a stream of its own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from kumppanuus.demo.casework import make_goals, make_needs
from kumppanuus.demo.contacts import as_known, contact_scale, make_contacts
from kumppanuus.demo.durations import Days
from kumppanuus.demo.ledger import Cents, described_cents, ledger_cents, make_capacity
from kumppanuus.demo.questionnaire import make_answers
from kumppanuus.demo.staff import family_languages, working
from kumppanuus.demo.town import Town
from kumppanuus.demo.workers import responsible_workers, social_visits, visiting


@dataclass(frozen=True, slots=True)
class Affairs:
    """What happened besides relationships, before any register describes it.

    Attributes
    ----------
    worker : number of the responsible worker of each relationship of the window.
    visitor : number of the worker who made each visit of the town.
    social_visits : see `workers.social_visits`.
    contacts : every contact with all its consequences; see `contacts.make_contacts`.
    known_contacts : the same rows as known when the window closes.
    language : of each family, as its place in `staff.LANGUAGES`. staff : see `staff.working`.
    needs, goals : see `casework`. described, ledger, capacity : see `ledger`. answers : see `questionnaire`.
    """

    worker: Days
    visitor: Days
    language: Days
    staff: pd.DataFrame
    social_visits: pd.DataFrame
    contacts: pd.DataFrame
    known_contacts: pd.DataFrame
    needs: pd.DataFrame
    goals: pd.DataFrame
    described: Cents
    ledger: Cents
    capacity: pd.DataFrame
    answers: pd.DataFrame


def build_affairs(town: Town, seed: int) -> Affairs:
    """Make everything; the same town and seed give the same affairs."""
    families = len(town.people.area)
    of_contacts, of_work, of_cases, of_money, of_answers, of_staff = (
        np.random.default_rng([seed, families, stream]) for stream in (4, 5, 6, 7, 8, 10)
    )
    contacts = make_contacts(town, contact_scale(town), of_contacts)
    known = as_known(contacts)
    worker = responsible_workers(town, of_work)
    described = described_cents(town)
    ledger = ledger_cents(described, of_money)
    return Affairs(
        worker=worker,
        visitor=visiting(worker[town.visits["relationship"]], of_work),
        language=family_languages(town, of_staff),
        staff=working(town, worker, of_staff),
        social_visits=social_visits(town, worker, of_work),
        contacts=contacts,
        known_contacts=known,
        needs=make_needs(town, known, of_cases),
        goals=make_goals(town, of_cases),
        described=described,
        ledger=ledger,
        capacity=make_capacity(town, described, ledger),
        answers=make_answers(of_answers),
    )
