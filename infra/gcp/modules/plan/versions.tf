terraform {
  # No provider: what is decided here can be planned and tested without one.
  required_version = ">= 1.9"
}
