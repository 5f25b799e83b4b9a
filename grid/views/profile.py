"""One's own account: language, theme, posts, devices."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from knox.models import AuthToken

from grid.models import Post
from grid.scope import today
from grid.views.gate import user_of


def profile_context(request: HttpRequest) -> dict[str, Any]:
    """Posts held now or proposed, and the tokens of one's devices that still count."""
    posts = Post.objects.filter(user=user_of(request)).select_related("unit", "unit__place").order_by("-starts_on")
    day = today()
    return {
        "posts": [(post, _post_state(post, day)) for post in posts],
        "tokens": AuthToken.objects.filter(user=user_of(request), expiry__gt=timezone.now()).order_by("-created"),
    }


def _post_state(post: Post, day: Any) -> str:
    if post.confirmed_at is None:
        return "proposed"
    if post.ends_on is not None and post.ends_on <= day:
        return "ended"
    return "active" if post.starts_on <= day else "coming"


@require_safe
def profile(request: HttpRequest) -> HttpResponse:
    """Show one's own account."""
    return render(request, "grid/profile_page.html", profile_context(request))


@require_POST
def token_delete(request: HttpRequest, key: str) -> HttpResponse:
    """Sign one device out: its token counts no more."""
    token = get_object_or_404(AuthToken.objects.filter(user=user_of(request)), token_key=key)
    token.delete()
    messages.success(request, _("该设备已退出登录。"))
    return redirect("grid:profile")
