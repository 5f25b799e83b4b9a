"""Devices that are signed in with a token."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class DeviceQuerySet(models.QuerySet["Device"]):
    """Devices; nobody sees another's."""

    def visible_to(self, user: Any) -> "DeviceQuerySet":
        """Keep the user's own."""
        return self.filter(user_id=user.pk)


class Device(models.Model):
    """What the owner calls a device, and the one token it holds: a lost phone is signed out by its name."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices")
    token = models.OneToOneField("knox.AuthToken", models.CASCADE, related_name="device")
    name = models.CharField(_("设备名称"), max_length=60, blank=True)

    objects = DeviceQuerySet.as_manager()

    class Meta:
        constraints = []

    def __str__(self) -> str:
        return f"{self.user_id} {self.name}"
