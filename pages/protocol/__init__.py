"""The user's protocol in a session: made, loaded, kept, forgotten."""
