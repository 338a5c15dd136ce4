"""Concrete date/time and related types: those of the pure module, under the name of the accelerator."""

from _pydatetime import *
from _pydatetime import __doc__
