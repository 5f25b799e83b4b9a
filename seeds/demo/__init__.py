"""The demo city: desks with one account each, a few months of invented history up to today, and a story around them."""
