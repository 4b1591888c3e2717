"""How a question becomes an answer: a visible list of small steps over one frozen turn."""
