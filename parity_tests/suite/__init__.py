"""The exam questions, run against any implementation."""
