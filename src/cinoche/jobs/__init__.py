"""Batch jobs by name: what a command, a timer or an orchestrator runs."""
