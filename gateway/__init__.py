"""The front door: identity, the catalogue of the one coordinated offer, the partners' API and the feed."""
