"""One history of the schema for every room."""
