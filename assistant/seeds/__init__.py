"""Invented things for trials: a council, and a past."""
