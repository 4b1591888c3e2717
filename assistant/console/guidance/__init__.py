"""The pages of guidance: documents, versions, reviews, getting texts in, and trying them."""
