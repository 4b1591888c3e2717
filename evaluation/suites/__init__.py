"""One file a suite: its cases and its scorers."""
