"""Frozen values that the whole service shares. Standard library only."""
