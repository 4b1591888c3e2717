"""What answers rest on: guidance documents, their chunks, the index and the search."""

import os

# Chroma and the Hugging Face libraries call home unless told not to before import.
os.environ.update(
    {
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
)
