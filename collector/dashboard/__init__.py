"""The pages for people: they show what the store says and compute nothing."""
