"""The shell: base templates, static sources, commands of the whole house."""

from django.apps import AppConfig


class ShellConfig(AppConfig):
    """Holds what belongs to no desk: page shell, component page, run and check commands."""

    name = "config"
    label = "shell"
