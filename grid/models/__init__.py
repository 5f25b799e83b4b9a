"""Units, people, posts."""

from grid.models.device import Device
from grid.models.placed import Levels, Placed
from grid.models.post import Post
from grid.models.unit import Unit
from grid.models.user import GridMember, User

__all__ = ["Device", "GridMember", "Levels", "Placed", "Post", "Unit", "User"]
