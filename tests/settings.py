"""Settings for tests: the same house on a data folder of its own, with embedded services that need not survive.

The environment is set before the real settings are read; conftest would be too late.
"""

import os
from pathlib import Path

if not os.environ.get("DATABASE_URL"):
    os.environ["HEMU_DATA"] = str(Path(__file__).resolve().parent.parent / "var" / "test")
    os.environ["HEMU_EMBEDDED_FAST"] = "1"

from config import embedded

embedded.start_if_wanted()

from config.settings import *  # noqa: E402, F403
from config.settings import CACHES, STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# Each parallel worker has its own keys, as it has its own database.
CACHES["default"]["KEY_PREFIX"] = f"hemu-test-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
AXES_ENABLED = True
