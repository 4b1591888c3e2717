"""WhatsApp through Twilio: proof of origin, strict forms, delivery states, sending, and an emulator of it all."""
