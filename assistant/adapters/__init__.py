"""The outside world behind the domain's ports. Only `wiring.py` imports these."""
