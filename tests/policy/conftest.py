import os

from hypothesis import settings

# No deadline: two cores are shared. In CI the examples are the same every time, so that a failure can be met again.
settings.register_profile("policy", deadline=None, database=None, derandomize="CI" in os.environ)
settings.load_profile("policy")
