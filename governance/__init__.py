"""Who decides what may serve, and on what evidence."""
