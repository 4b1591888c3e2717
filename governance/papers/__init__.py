"""Papers for people: one model of a document, set as a page, a Word file, an accessible PDF or data."""
