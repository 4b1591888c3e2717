"""Where the truth is kept: tables, keys, one repository a concern, one unit of work a transaction."""
