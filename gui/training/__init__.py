"""The workspace in which models learn from the writer's own texts."""
