"""The training corpus of the embedded model: generated here from templates and vocabularies written here."""
