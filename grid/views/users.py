"""The administrators' desk: accounts, and posts that one proposes and another confirms (DOMAIN.md PV-12)."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from grid.forms import EndPostForm, PostForm, UserForm, attempt, sent
from grid.keyset import keyset_page
from grid.models import Post, User
from grid.scope import Role, standing_of, today
from grid.views.gate import open_to, user_of
from grid.workflow import add_user, confirm_post, deactivate_user, end_post, propose_post

ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN)


def user_list_context(request: HttpRequest) -> dict[str, Any]:
    """Users with a post in the administrator's places, by name; and whoever bears exactly the name looked for."""
    posts = Post.objects.visible_to(request.user).select_related("unit").order_by("-starts_on", "-pk")
    users = User.objects.filter(Exists(Post.objects.visible_to(request.user).filter(user=OuterRef("pk"))))
    wanted = request.GET.get("q", "").strip()
    found = None
    if wanted:
        found = User.objects.filter(username=wanted).first()
        users = users.filter(name__icontains=wanted)
    users = users.prefetch_related(Prefetch("posts", queryset=posts, to_attr="seen_posts"))
    waiting = posts.filter(confirmed_at__isnull=True).select_related("user", "granted_by")
    return {
        "page": keyset_page(users, request.GET, ("name", "pk"), size=30),
        "q": wanted,
        "found": found,
        "waiting": list(waiting[:50]),
        "roles": standing_of(request.user).roles,
    }


@require_safe
@open_to(*ADMINS)
def user_list(request: HttpRequest) -> HttpResponse:
    """List users and posts waiting for a second person."""
    return render(request, "grid/user_list_page.html", user_list_context(request))


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@open_to(Role.SYSTEM_ADMIN)
def user_add(request: HttpRequest) -> HttpResponse:
    """Open an account; without posts it sees nothing."""
    form = UserForm(sent(request))
    if request.method == "POST" and form.is_valid():
        user = add_user(**form.cleaned_data, must_change_password=True)
        messages.success(request, _("账号已建立。请安全管理员为其提名岗位。"))
        return redirect("grid:user-detail", username=user.username)
    return render(request, "grid/user_form_page.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
@open_to(*ADMINS)
def user_detail(request: HttpRequest, username: str) -> HttpResponse:
    """Show one account with its posts in the administrator's places."""
    person = get_object_or_404(User, username=username)
    posts = (
        Post.objects.visible_to(request.user).filter(user=person).select_related("unit", "granted_by", "confirmed_by")
    )
    context = {
        "person": person,
        "posts": posts.order_by("-starts_on", "-pk"),
        "day": today(),
        "roles": standing_of(request.user).roles,
    }
    return render(request, "grid/user_page.html", context)


@require_POST
@open_to(Role.SYSTEM_ADMIN)
def user_close(request: HttpRequest, username: str) -> HttpResponse:
    """Shut a user with a post in the administrator's places out at once."""
    mine = Post.objects.visible_to(request.user)
    person = get_object_or_404(User.objects.filter(Exists(mine.filter(user=OuterRef("pk")))), username=username)
    deactivate_user(user=person, by=user_of(request))
    messages.success(request, _("账号已停用，所有设备上的登录立即失效。"))
    return redirect("grid:user-detail", username=username)


@require_http_methods(["GET", "POST"])
@open_to(Role.SECURITY_ADMIN)
def post_propose(request: HttpRequest, username: str) -> HttpResponse:
    """Propose a post for a user."""
    person = get_object_or_404(User, username=username)
    form = PostForm(sent(request), initial={"starts_on": today(), "unit_code": request.GET.get("unit", "")})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        post = attempt(form, lambda: _propose(request, person, given))
        if post is not None:
            messages.success(request, _("岗位已提名，待系统管理员复核后生效。"))
            return redirect("grid:user-detail", username=username)
    context = {"form": form, "person": person}
    return render(request, "grid/post_form_page.html", context, status=422 if form.errors else 200)


def _propose(request: HttpRequest, person: User, given: dict[str, Any]) -> Post:
    return propose_post(
        user=person,
        unit=given["unit_code"],
        role=given["role"],
        by=user_of(request),
        starts_on=given["starts_on"],
        ends_on=given["ends_on"],
    )


@require_POST
@open_to(Role.SYSTEM_ADMIN)
def post_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirm a proposed post as the second person."""
    post = get_object_or_404(Post.objects.visible_to(request.user), pk=pk)
    confirm_post(post=post, by=user_of(request), at=timezone.now())
    messages.success(request, _("岗位已复核生效。"))
    return redirect("grid:user-detail", username=post.user.username)


@require_http_methods(["GET", "POST"])
@open_to(Role.SECURITY_ADMIN)
def post_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a post on a day."""
    post = get_object_or_404(Post.objects.visible_to(request.user).select_related("user", "unit"), pk=pk)
    form = EndPostForm(sent(request), initial={"on": today()})
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["on"] < post.starts_on:
            form.add_error("on", _("不能早于岗位的开始日期。"))
        elif attempt(form, lambda: _end(request, post, form.cleaned_data["on"])):
            messages.success(request, _("岗位已结束。"))
            return redirect("grid:user-detail", username=post.user.username)
    context = {"form": form, "post": post}
    return render(request, "grid/post_end_page.html", context, status=422 if form.errors else 200)


def _end(request: HttpRequest, post: Post, on: date) -> Post:
    return end_post(post=post, by=user_of(request), on=on)
