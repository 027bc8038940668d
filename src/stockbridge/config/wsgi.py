"""The WSGI application that the server runs, with a runner beside it if asked."""

import os
import signal
from multiprocessing.util import Finalize

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockbridge.config.settings")
application = get_wsgi_application()

# Set by `stockbridge serve`: "1" with a runner in here, "" without. The models are
# ready only now.
if "STOCKBRIDGE_RUNNER" in os.environ:
    # Ctrl-C reaches the whole group, and the server then ends this process by SIGTERM:
    # two signals to end leave the server's worker waiting for ever. One is enough.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    from stockbridge.engine import logbook
    from stockbridge.engine.upkeep import Watch, new_runner

    logbook.set_up()
    _watch = Watch()
    _watch.start()
    if os.environ["STOCKBRIDGE_RUNNER"]:
        _runner = new_runner(label="web")
        _runner.start()
        # `atexit` is not called in the server's worker processes; this is.
        Finalize(None, _runner.close, exitpriority=100)
