"""Addresses of the supervisor's desk."""

from django.urls import path

from mediation.reviews.views import calendar, charts, compare, download, measures, papers, records, review, room

app_name = "reviews"

urlpatterns = [
    path("", room.review_list, name="review-list"),
    path("calendar/", calendar.review_calendar, name="calendar"),
    path("measures/", measures.measure_list, name="measure-list"),
    path("papers/", papers.paper_list, name="paper-list"),
    path("papers/<int:pk>/", papers.paper_detail, name="paper-detail"),
    path("papers/<int:pk>/moves/<slug:verb>/", papers.paper_move, name="paper-move"),
    path("papers/<int:pk>/sections/<slug:key>/", papers.section_edit, name="section-edit"),
    path("papers/<int:pk>/objections/<int:objection_pk>/", papers.objection_answer, name="objection-answer"),
    path("outlines/<slug:city>/", charts.outline_list, name="outline-list"),
    path("<int:pk>/", review.review_detail, name="review-detail"),
    path("<int:pk>/paper/", papers.paper_take, name="paper-take"),
    path("<int:pk>/compare/", compare.review_compare, name="compare"),
    path("<int:pk>/findings/<str:finding>/", records.finding_records, name="finding-records"),
    path("<int:pk>/records/<slug:measure>/", records.record_list, name="record-list"),
    path("<int:pk>/download.<slug:ending>", download.review_download, name="review-download"),
]
