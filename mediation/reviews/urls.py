"""Addresses of the supervisor's desk."""

from django.urls import path

from mediation.reviews.views import (
    assessment,
    calendar,
    charts,
    compare,
    download,
    measures,
    paper,
    papers,
    records,
    review,
    room,
    sending,
    surges,
)

app_name = "reviews"

urlpatterns = [
    path("", room.review_list, name="review-list"),
    path("calendar/", calendar.review_calendar, name="calendar"),
    path("measures/", measures.measure_list, name="measure-list"),
    path("assessment/", assessment.assessment, name="assessment"),
    path("assessment/set/", assessment.assessment_set, name="assessment-set"),
    path("outlines/<slug:city>/", charts.outline_list, name="outline-list"),
    path("<int:pk>/", review.review_detail, name="review-detail"),
    path("<int:pk>/compare/", compare.review_compare, name="compare"),
    path("<int:pk>/findings/<str:finding>/", records.finding_records, name="finding-records"),
    path("<int:pk>/records/<slug:measure>/", records.record_list, name="record-list"),
    path("papers/", papers.paper_list, name="paper-list"),
    path("sending/", sending.sending, name="sending"),
    path("sending/<int:pk>/end/", sending.recipient_end, name="recipient-end"),
    path("suggestions/<int:pk>/<slug:verb>/", sending.suggestion_move, name="suggestion-move"),
    path("<int:pk>/paper/", paper.paper_detail, name="paper-detail"),
    path("<int:pk>/paper/draft/", paper.paper_draft, name="paper-draft"),
    path("<int:pk>/paper/differences/", paper.paper_differences, name="paper-differences"),
    path("<int:pk>/paper/<slug:verb>/", paper.paper_move, name="paper-move"),
    path("<int:pk>/download.<slug:ending>", download.review_download, name="review-download"),
    path("papers/<int:pk>/download.<slug:ending>", download.paper_download, name="paper-download"),
    path("surges/", surges.surge_list, name="surge-list"),
    path("surges/ask/", surges.surge_propose, name="surge-propose"),
    path("surges/<int:pk>/", surges.surge_detail, name="surge-detail"),
    path(
        "surges/<int:pk>/papers/<slug:day>/<slug:product>.<slug:ending>",
        surges.surge_download,
        name="surge-download",
    ),
    path("surges/<int:pk>/<slug:verb>/", surges.surge_move, name="surge-move"),
]
