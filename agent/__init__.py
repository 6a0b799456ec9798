"""The agent: asks the machine it runs on what is there, and sends rows."""
