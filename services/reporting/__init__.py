"""Did we do what we were asked, where, and who got nothing? Plans, indicators, and copies of everybody's messages."""
