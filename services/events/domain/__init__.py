"""The rules of offers and activities, and the refusals by name. Pure: what is goes in, what becomes of it comes out."""
