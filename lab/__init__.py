"""The lab: simulated laptops, load, peers to compare with, evaluation; it is not shipped."""
