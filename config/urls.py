"""Every address of the house."""

from django.urls import include, path

from config import health, home, views

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("config.api")),
    # The shell
    path("", home.home, name="home"),
    path("design/", home.design, name="design"),
    path("language/", views.choose_language, name="language-choose"),
    path("theme/", views.choose_theme, name="theme-choose"),
    # The desks
    path("", include("grid.urls")),
    path("", include("cases.urls")),
    path("", include("mediation.urls")),
    path("inspections/", include("mediation.reviews.inspection_urls")),
    path("reviews/", include("mediation.reviews.urls")),
]

handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"
