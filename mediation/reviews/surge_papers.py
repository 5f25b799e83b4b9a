"""Which papers of a surge somebody reads; pages and the API show the same ones."""

from grid.rls import system_scope
from mediation.reviews.models import Surge, SurgeDay
from mediation.reviews.outline import Outline
from mediation.reviews.texts.surge import closing_outline, outlines_of_day
from mediation.reviews.workflow import closing_figures


def day_papers(day: SurgeDay, *, is_command: bool) -> list[Outline]:
    """The papers of a day; the assessment is for the place's own people, dispatch and bulletin for every unit."""
    assessment, *others = outlines_of_day(day)
    return [assessment, *others] if is_command else others


def closing_paper(surge: Surge) -> Outline:
    """The closing report of a surge that has ended; for the place's own people."""
    assert surge.ended_at is not None
    # Whole figures, whoever of the place looks: a supervisor's own scope leaves restricted records out.
    with system_scope():
        return closing_outline(surge, closing_figures(surge, surge.ended_at), surge.ended_at)
