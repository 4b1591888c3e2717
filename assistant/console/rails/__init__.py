"""The pages of the safety checks."""
