"""What people do about the safety checks: judge a reported decision, change words, explain a reply."""
