"""JSON shapes of this service's REST door. Unknown fields are refused; keys are camelCase."""
