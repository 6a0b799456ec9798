"""How much it is, in total: claims to a verdict, verdicts to findings."""
