"""How well the assistant does, measured on cases that nobody tuned on."""
