"""The engines and the world outside, each behind one port."""
