"""Names of what a stored review tells apart by code: places, categories, sources."""

from collections.abc import Mapping

from cases.codes import categories
from cases.models import Source
from grid.models import Unit
from mediation.reviews.figures.places import DIRECT
from mediation.reviews.indicators import MERGED
from mediation.reviews.models import Review
from mediation.reviews.quoting import Quoter

TOGETHER = "合并列示的类别"
"""What categories are called that stand in no row of their own. Papers are Chinese whatever language is set."""


def names_of(review: Review) -> Mapping[str, str]:
    """Return the name of every code in a review; call it in the reader's scope.

    A place bears the name it had in the period. A code nobody knows any more is its own name.
    """
    quoter = Quoter(review.figures)
    children = quoter.children
    names = {code: code for code in children}
    found = Unit.objects.filter(code__in=list(children), kind=Unit.Kind.DIVISION).order_by("valid_from")
    names |= dict(found.filter(valid_from__lt=review.end).values_list("code", "name"))
    names |= {code: category.name for code, category in categories().items()}
    told = (quoter.figures[key] for key in quoter.figures if key.endswith("_by_category"))
    names |= {code: category(code) for counts in told for code in counts if code.endswith(MERGED)}
    names |= {source.value: str(source.label) for source in Source}
    return names | {DIRECT: "本级"}


def category(code: str) -> str:
    """Return the name of a class or subcategory, or of those told together; the code itself where nobody knows it."""
    if code.endswith(MERGED):
        return f"{category(code.removesuffix(MERGED))}：{TOGETHER}" if code != MERGED else TOGETHER
    found = categories().get(code)
    return found.name if found else code
