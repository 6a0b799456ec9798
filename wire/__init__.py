"""What agents and collectors say to each other: JSON, signed, numbered, bounded."""
