"""The life of guidance: drafted, reviewed by somebody else, published, withdrawn, and brought back."""
