"""Rails: one check each on what a carer wrote or on what would be sent.

Takes plain text, passages, approved contacts and vectors; imports no other room.
"""

import os

# guardrails-ai exports spans and leaks a thread per call unless told not to before import.
os.environ.update({"OTEL_SDK_DISABLED": "true", "GUARDRAILS_RUN_SYNC": "true", "LITELLM_LOCAL_MODEL_COST_MAP": "True"})
