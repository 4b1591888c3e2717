"""Getting documents in: files of strangers are converted in a cage, and a person sees what would be read."""
