"""A page that needs no other file and no network, and what a document on paper shares with it."""
