"""The board's registers: what they hold, who keeps them, and how each entry came to be as it is."""
