"""The grid in the API."""

from grid.api.people import GridMemberDoor, PostDoor, UserDoor
from grid.api.tokens import AuthDoor, DeviceDoor
from grid.api.units import UnitDoor

__all__ = ["AuthDoor", "DeviceDoor", "GridMemberDoor", "PostDoor", "UnitDoor", "UserDoor"]
