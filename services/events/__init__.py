"""Events: programmes, offers and activities, who carries them together, and which units are invited and came."""
