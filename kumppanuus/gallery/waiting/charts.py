"""The chart: children waiting for family counselling at the end of each month."""

from __future__ import annotations

import math

from kumppanuus.disclosure.released import ReleasedResult
from kumppanuus.drawing import Chart
from kumppanuus.forms.nothing import nothing
from kumppanuus.forms.run_chart import Course, course_of, run_chart
from kumppanuus.gallery.waiting.compute import CHANGE
from kumppanuus.language.say import Say, footer
from kumppanuus.methods.runs import LEAST_POINTS

GOAL = 50


def queue(released: ReleasedResult, say: Say) -> Chart:
    """Draw the queue over time with its median, its goal and what is no chance."""
    table = released.tables["queue"]
    course = course_of(table, over="month", of="waiting", change=CHANGE)
    if math.isnan(course.last):
        return nothing(say("queue.nothing"), say)
    form = run_chart(
        table, say, over="month", of="waiting", axis_title=say("queue.axis"), change=(CHANGE, say("queue.change")),
        goal=(GOAL, say("queue.goal", n=GOAL)),
    )  # fmt: skip
    headline = queue_headline(course, say)
    alt = ". ".join([headline, *(signal.text for signal in form.signals), say("queue.goal", n=GOAL)])
    merged = any(".." in period for period in course.periods)
    note = footer(say, say("note.points", n=len(course.values)), say("note.longer") if merged else "")
    return Chart(form, headline, say("queue.subtitle"), note, f"{alt}.")


def queue_headline(course: Course, say: Say) -> str:
    """Say what goes on now, or that nothing is unusual."""
    known = sum(not math.isnan(value) for value in course.values)
    words = {"last": course.last, "median": course.median}
    if known < LEAST_POINTS:
        return say("queue.headline.few", least=LEAST_POINTS, **words)
    if course.now:
        return say(f"queue.headline.{course.now.kind}", n=course.now.points, **words)
    return say("queue.headline.back" if course.runs else "queue.headline.none", **words)
