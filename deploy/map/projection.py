"""From degrees to the flat: an equal-area cone through 60° and 70° north, with 17° east straight up."""

from math import cos, radians, sin, sqrt

EARTH_RADIUS_M = 6_371_007
"""Of the sphere with the surface of the Earth. For a map of this size the Earth is one."""

GRID_M = 100
"""Points lie on a grid of so many metres."""

_SOUTH, _NORTH, _TOP, _STRAIGHT = radians(60), radians(70), radians(71.5), radians(17)
_CONE = (sin(_SOUTH) + sin(_NORTH)) / 2
_AT_EQUATOR = cos(_SOUTH) ** 2 + 2 * _CONE * sin(_SOUTH)
_LEFT_M = 690_000
"""What lies west of 17°: so far that every x is positive."""


def projected(longitude: float, latitude: float) -> tuple[int, int]:
    """Where a point stands on the grid, x to the right and y downwards from 71.5° north."""
    turn = _CONE * (radians(longitude) - _STRAIGHT)
    away = _distance(radians(latitude))
    x_m, y_m = away * sin(turn) + _LEFT_M, away * cos(turn) - _distance(_TOP)
    return round(x_m / GRID_M), round(y_m / GRID_M)


def _distance(latitude: float) -> float:
    """From the top of the cone."""
    return EARTH_RADIUS_M * sqrt(_AT_EQUATOR - 2 * _CONE * sin(latitude)) / _CONE
