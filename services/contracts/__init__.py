"""The published language: messages, resources, access matrix and problems. Imports pydantic and nothing of ours."""
