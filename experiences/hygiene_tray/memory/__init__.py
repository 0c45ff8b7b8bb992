"""The tray's memory, by what is remembered. Every function names its tenant and section first."""
