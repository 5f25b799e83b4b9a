"""Addresses of the mediator's desk and the register of committees."""

from django.urls import path

from mediation.views import after, agreements, cases, parties, roster, sessions

app_name = "mediation"

urlpatterns = [
    # Cases
    path("cases/", cases.case_list, name="case-list"),
    path("cases/new/", cases.case_register, name="case-register"),
    path("cases/<int:pk>/", cases.case_detail, name="case-detail"),
    path("cases/<int:pk>/moves/<slug:verb>/", cases.case_move, name="case-move"),
    # At the table
    path("cases/<int:pk>/parties/new/", parties.party_add, name="party-add"),
    path("cases/<int:pk>/parties/<int:party_pk>/consent/", parties.party_consent, name="party-consent"),
    path("cases/<int:pk>/files/new/", parties.file_add, name="file-add"),
    path("cases/<int:pk>/sessions/new/", sessions.session_add, name="session-add"),
    path("cases/<int:pk>/sessions/<int:session_pk>/hold/", sessions.session_hold, name="session-hold"),
    path("cases/<int:pk>/sessions/<int:session_pk>/cancel/", sessions.session_cancel, name="session-cancel"),
    path("cases/<int:pk>/agreements/sign/", agreements.agreement_sign, name="agreement-sign"),
    path("cases/<int:pk>/agreements/oral/", agreements.agreement_oral, name="agreement-oral"),
    path("cases/<int:pk>/obligations/<int:obligation_pk>/perform/", agreements.performance_add, name="performance-add"),
    # After it
    path("cases/<int:pk>/visits/new/", after.visit_add, name="visit-add"),
    path("cases/<int:pk>/confirmation/advise/", after.confirmation_advise, name="confirmation-advise"),
    path("cases/<int:pk>/confirmation/apply/", after.confirmation_apply, name="confirmation-apply"),
    path("cases/<int:pk>/confirmation/docket/", after.confirmation_docket, name="confirmation-docket"),
    path("cases/<int:pk>/confirmation/decide/", after.confirmation_decide, name="confirmation-decide"),
    # The register
    path("roster/committees/", roster.committee_list, name="committee-list"),
    path("roster/committees/new/", roster.committee_add, name="committee-add"),
    path("roster/committees/<int:pk>/", roster.committee_detail, name="committee-detail"),
    path("roster/committees/<int:pk>/renew/", roster.committee_renew, name="committee-renew"),
    path("roster/committees/<int:pk>/dissolve/", roster.committee_dissolve, name="committee-dissolve"),
    path("roster/committees/<int:pk>/mediators/new/", roster.mediator_appoint, name="mediator-appoint"),
    path("roster/mediators/", roster.mediator_list, name="mediator-list"),
    path("roster/mediators/<int:pk>/employment/", roster.mediator_employ, name="mediator-employ"),
    path("roster/mediators/<int:pk>/end/", roster.mediator_end, name="mediator-end"),
    path("roster/studios/", roster.studio_list, name="studio-list"),
    path("roster/studios/new/", roster.studio_add, name="studio-add"),
    path("roster/studios/<int:pk>/close/", roster.studio_close, name="studio-close"),
]
