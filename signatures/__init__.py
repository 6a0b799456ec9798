"""What the world's tools and devices are called: data, loader, matcher."""
