"""Addresses of the supervisor's desk."""

from django.urls import path

from mediation.reviews.views import download

app_name = "reviews"

urlpatterns = [
    path("<int:pk>/download.<slug:ending>", download.review_download, name="review-download"),
]
