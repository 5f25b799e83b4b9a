"""Addresses of sign-in, account, people and units."""

from django.urls import path

from grid.views import profile, session, units, users

app_name = "grid"

urlpatterns = [
    # Signing in
    path("sign-in/", session.sign_in, name="login"),
    path("sign-out/", session.sign_out, name="logout"),
    path("password/", session.password_change, name="password-change"),
    # One's own account
    path("profile/", profile.profile, name="profile"),
    path("profile/devices/<str:key>/remove/", profile.token_delete, name="token-delete"),
    # People and posts
    path("users/", users.user_list, name="user-list"),
    path("users/new/", users.user_add, name="user-add"),
    path("users/of/<str:username>/", users.user_detail, name="user-detail"),
    path("users/of/<str:username>/close/", users.user_close, name="user-close"),
    path("users/of/<str:username>/posts/new/", users.post_propose, name="post-propose"),
    path("posts/<int:pk>/confirm/", users.post_confirm, name="post-confirm"),
    path("posts/<int:pk>/end/", users.post_end, name="post-end"),
    # The tree
    path("units/", units.unit_list, name="unit-list"),
    path("units/<int:pk>/", units.unit_detail, name="unit-detail"),
]
