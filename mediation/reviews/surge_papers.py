"""Which papers of a surge somebody reads; pages and the API show the same ones, and hand out the same files."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse

from grid.rls import system_scope
from mediation.reviews.files import handed_out
from mediation.reviews.hiding import stands_over
from mediation.reviews.models import Surge, SurgeDay
from mediation.reviews.outline import Outline
from mediation.reviews.render.files import FILE_KINDS
from mediation.reviews.texts.surge import closing_outline, outlines_of_day
from mediation.reviews.workflow import closing_figures

PRODUCTS = ("assessment", "dispatch", "bulletin")
"""研判, 调度, 通报: what the three papers of a day are called in addresses."""
ENDINGS = ("pdf", "docx")


def day_papers(day: SurgeDay, *, is_command: bool, one_page: bool = False) -> dict[str, Outline]:
    """The papers of a day; the assessment is for the place's own people, dispatch and bulletin for every unit."""
    made = dict(zip(PRODUCTS, outlines_of_day(day, one_page=one_page), strict=True))
    return made if is_command else {name: made[name] for name in PRODUCTS[1:]}


def closing_paper(surge: Surge) -> Outline:
    """The closing report of a surge that has ended; for the place's own people."""
    assert surge.ended_at is not None
    # Whole figures, whoever of the place looks: a supervisor's own scope leaves restricted records out.
    with system_scope():
        return closing_outline(surge, closing_figures(surge, surge.ended_at), surge.ended_at)


def serve_product(user: Any, surge: Surge, day: str, product: str, ending: str) -> HttpResponse:
    """Hand out one paper of a day as a file, folded so that it stays on one page.

    Raises Http404 for a day that is not frozen, a paper that is not the user's to read, and any other ending.
    """
    row = surge.days.select_related("surge__unit").filter(day=_day(day)).first()
    if row is None or product not in PRODUCTS or ending not in ENDINGS:
        raise Http404
    papers = day_papers(row, is_command=stands_over(user, surge.unit), one_page=True)
    if product not in papers:
        raise Http404
    return handed_out(FILE_KINDS[ending].draw(papers[product]), papers[product], ending)


def serve_closing(user: Any, surge: Surge, ending: str) -> HttpResponse:
    """Hand out the closing report as a file. Raises Http404 before the end, for other readers and other endings."""
    if surge.ended_at is None or not stands_over(user, surge.unit) or ending not in ENDINGS:
        raise Http404
    outline = closing_paper(surge)
    return handed_out(FILE_KINDS[ending].draw(outline), outline, ending)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
