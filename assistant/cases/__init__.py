"""A person when it matters: cases with states and clocks, service hours, the rota, alerts, and who owns a conversation."""
