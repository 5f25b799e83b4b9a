"""Browser files that other projects publish on npm: fetched at installation, never committed."""
