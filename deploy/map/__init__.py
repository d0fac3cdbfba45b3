"""How the map that the pages draw is made of published borders. Nothing here runs in an installation."""
