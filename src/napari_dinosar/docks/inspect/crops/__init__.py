"""The pages Cell and Match: pieces of both photos, and what is said of them."""
