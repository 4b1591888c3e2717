"""Guidance as the running service has it: who may change it, and how a change reaches the answers."""
