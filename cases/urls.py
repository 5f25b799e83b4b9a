"""Addresses of the reporter's, the centre's and the handler's desks."""

from django.urls import path

from cases.views import calendar, files, incidents, moves, nil, notices, opening, parties, reports, reveals

app_name = "cases"

urlpatterns = [
    # Reporting
    path("report/", reports.incident_report, name="incident-report"),
    path("report/similar/", reports.report_similar, name="report-similar"),
    path("report/<int:pk>/receipt/", reports.report_receipt, name="report-receipt"),
    path("reports/", reports.report_list, name="report-list"),
    path("nil/", nil.nil_report, name="nil-report"),
    # Incidents
    path("incidents/", incidents.incident_list, name="incident-list"),
    path("incidents/verify/", incidents.incident_verify_many, name="incident-verify-many"),
    path("incidents/<int:pk>/", incidents.incident_detail, name="incident-detail"),
    path("incidents/<int:pk>/open-case/", opening.incident_open_case, name="incident-open-case"),
    path("incidents/<int:pk>/parties/new/", parties.incident_party_add, name="party-add"),
    path("incidents/<int:pk>/files/new/", files.incident_upload, name="file-add"),
    path("incidents/<int:pk>/moves/<slug:verb>/", moves.incident_move, name="incident-move"),
    # Parties and files of incidents and cases
    path("parties/check/", parties.person_check, name="person-check"),
    path("parties/<int:pk>/correct/", parties.party_correct, name="party-correct"),
    path("parties/<int:pk>/remove/", parties.party_remove, name="party-remove"),
    path("parties/<int:pk>/notice/", parties.party_notice, name="party-notice"),
    path("parties/<int:pk>/reveal/<slug:field>/", parties.party_reveal, name="party-reveal"),
    path("files/<int:pk>/", files.file, name="file"),
    # Notices
    path("notices/", notices.notice_list, name="notice-list"),
    path("notices/read/", notices.notice_read_all, name="notice-read-all"),
    path("notices/<int:pk>/open/", notices.notice_open, name="notice-open"),
    # Administration
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/day/", calendar.calendar_day, name="calendar-day"),
    path("reveals/", reveals.reveal_list, name="reveal-list"),
]
