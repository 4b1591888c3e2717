"""Data protection in operation: how long everything is kept, what a person may see, and how it is erased."""
