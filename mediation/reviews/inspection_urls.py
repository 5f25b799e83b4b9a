"""Addresses of daily inspection."""

from django.urls import path

from mediation.reviews.views import inspection

app_name = "inspections"

urlpatterns = [
    path("", inspection.sample_today, name="sample-today"),
    path("draw/", inspection.sample_draw, name="sample-draw"),
    path("items/<int:pk>/", inspection.item_inspect, name="item-inspect"),
]
