"""A synthetic year of a city whose totals are the published ones: places, people, incidents, disputes."""
