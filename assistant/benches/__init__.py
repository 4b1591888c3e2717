"""Measurements of the running service, against limits and against a plain chain timed in the same run."""
