"""Pages about people and units: signing in, one's own account, posts, the tree."""
