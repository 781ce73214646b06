"""From logits to text: distributions, samplers, vocabularies, masks. Pure: no server is asked here."""
