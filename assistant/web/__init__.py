"""The doors of the service: Twilio's webhooks and the health checks."""
