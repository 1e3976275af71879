"""What this service tells the world: domain facts as events, in the past tense."""
