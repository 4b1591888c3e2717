"""Stored before thinking, stored before sending: the durable turn from a carer's words to the provider's receipt."""
