"""`farmwatch`, the command for operators: hosts, findings, questions, tokens; over the API only."""
