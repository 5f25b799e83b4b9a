"""Names of what a stored review tells apart by code: places, categories, sources."""

from collections.abc import Mapping

from cases.codes import categories
from cases.models import Source
from grid.models import Unit
from mediation.reviews.figures.places import DIRECT
from mediation.reviews.models import Review
from mediation.reviews.quoting import Quoter


def names_of(review: Review) -> Mapping[str, str]:
    """Return the name of every code in a review; call it in the reader's scope.

    A place bears the name it had in the period. A code nobody knows any more is its own name.
    """
    children = Quoter(review.figures).children
    names = {code: code for code in children}
    found = Unit.objects.filter(code__in=list(children), kind=Unit.Kind.DIVISION).order_by("valid_from")
    names |= dict(found.filter(valid_from__lt=review.end).values_list("code", "name"))
    names |= {code: category.name for code, category in categories().items()}
    names |= {source.value: str(source.label) for source in Source}
    return names | {DIRECT: "本级"}
