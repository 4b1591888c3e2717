"""Staff: who they are, how they show it, and what they have agreed to."""
