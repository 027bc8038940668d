"""Settings of the property tests: a busy machine is no failure."""

from hypothesis import settings

settings.register_profile("stockbridge", deadline=None, print_blob=True)
settings.load_profile("stockbridge")
