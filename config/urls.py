"""Every address of the house."""

from django.urls import include, path

from config import health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("api/v1/", include("config.api")),
]

handler404 = "config.problems.page_not_found"
handler500 = "config.problems.server_error"
