"""The support workers' inbox: who waits for a person, the whole conversation, and everything that can be done in it."""
