"""Server-rendered pages. They work without JavaScript, with a keyboard, and at 320 pixels."""
