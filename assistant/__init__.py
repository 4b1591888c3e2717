"""The running service: messages in, safe and sourced answers out.

Importing this package switches off every library's telemetry, so it must come
before any of them is imported (decision record 0002).
"""

import os

OFFLINE_SWITCHES = {
    "OTEL_SDK_DISABLED": "true",
    "GUARDRAILS_RUN_SYNC": "true",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "ANONYMIZED_TELEMETRY": "False",
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TOKENIZERS_PARALLELISM": "false",
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
}
"""Environment switches that keep libraries from calling home."""

os.environ.update(OFFLINE_SWITCHES)
# A message's products are small. NumPy shares each among all cores unless told not to before import, and the threads spend
# nine times the work on waiting for each other. Whoever wants more sets it.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
