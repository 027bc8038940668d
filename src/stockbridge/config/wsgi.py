"""The WSGI application that the server runs, with a runner beside it if asked."""

import atexit
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
application = get_wsgi_application()

if os.environ.get("STOCKBRIDGE_RUNNER"):
    # The models are ready only now; on one machine the worker lives in here.
    from stockbridge.engine.jobs import work_on
    from stockbridge.engine.runners import Runner, RunnerOptions

    _runner = Runner(work_on, RunnerOptions(label="web", threads=2))
    _runner.start()
    atexit.register(_runner.stop)
