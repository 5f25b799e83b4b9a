"""The web server's entry."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

from config import embedded

embedded.start_if_wanted()

from django.core.wsgi import get_wsgi_application  # noqa: E402

application = get_wsgi_application()

from grid.rls import refuse_unsafe_start  # noqa: E402

refuse_unsafe_start()
