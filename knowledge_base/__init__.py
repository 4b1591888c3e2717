"""What answers rest on: guidance documents, their chunks, the index and the search."""

import os
import sys

# Chroma and the Hugging Face libraries call home unless told not to before import.
os.environ.update(
    {
        "ANONYMIZED_TELEMETRY": "False",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }
)

# jsonschema, which Chroma imports, builds a grammar of international web addresses from this package: 2 s at every start.
# Nothing here checks such addresses, and jsonschema does without when the package cannot be imported.
sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
