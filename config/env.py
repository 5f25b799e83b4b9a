"""Readers of the environment that fail loudly, so that a mistyped setting stops the start."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


def env(name: str, default: str | None = None) -> str:
    """Return the variable's text, or ``default``; without either, refuse to start."""
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"环境变量 {name} 必须设置。 (Set the environment variable {name}.)")
    return value


def env_bool(name: str, default: bool) -> bool:
    """Return a switch written 1/0, true/false, yes/no or on/off."""
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "true", "yes", "on"}:
        return True
    if text in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name}={text!r} is neither true nor false.")


def env_int(name: str, default: int) -> int:
    """Return a whole number."""
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    try:
        return int(text)
    except ValueError:
        raise ImproperlyConfigured(f"{name}={text!r} is not a whole number.") from None


def env_list(name: str, default: str = "") -> list[str]:
    """Return a comma-separated list without its empty items."""
    return [item.strip() for item in os.environ.get(name, default).split(",") if item.strip()]


def data_dir() -> Path:
    """Return the one folder that holds everything this installation writes (``HEMU_DATA``, default ``./var``)."""
    return Path(os.environ.get("HEMU_DATA") or Path(__file__).resolve().parent.parent / "var").resolve()
