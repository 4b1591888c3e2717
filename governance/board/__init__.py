"""The board pack: one page in words, then every figure with its id, then what the board is asked to decide."""
