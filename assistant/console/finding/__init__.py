"""Pages that show what the guidance lacks: gaps, coverage, and the words that carers use."""
