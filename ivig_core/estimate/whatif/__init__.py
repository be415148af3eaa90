"""What if: other patients, other definitions, another way to give IVIG, a study of another size."""
