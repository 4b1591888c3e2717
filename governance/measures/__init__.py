"""Every figure that the board sees: defined once, computed from live records, explained and worked out again on demand."""
