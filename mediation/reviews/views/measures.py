"""The register of measures: what every number of a review means."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mediation.reviews.indicators import REGISTER, REGISTER_VERSION
from mediation.reviews.views.figures import GROUPS


def measure_list_context() -> dict[str, Any]:
    """The register in the groups in which pages show it."""
    return {
        "groups": [(label, [REGISTER[id] for id in ids]) for label, ids in GROUPS.values()],
        "register_version": REGISTER_VERSION,
    }


@require_safe
def measure_list(request: HttpRequest) -> HttpResponse:
    """Show the register; what numbers mean is no secret, so everybody signed in may read it."""
    return render(request, "reviews/measure_list_page.html", measure_list_context())
