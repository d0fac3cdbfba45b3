"""Events: programmes, offers, activities and learning networks, who carries them, and which units come."""
