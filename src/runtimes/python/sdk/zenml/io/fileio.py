"""File operations, as ZenML's users import them."""

from __future__ import annotations

from headrace.io.fileio import convert_to_str as convert_to_str
from headrace.io.fileio import copy as copy
from headrace.io.fileio import exists as exists
from headrace.io.fileio import glob as glob
from headrace.io.fileio import isdir as isdir
from headrace.io.fileio import listdir as listdir
from headrace.io.fileio import makedirs as makedirs
from headrace.io.fileio import mkdir as mkdir
from headrace.io.fileio import open as open
from headrace.io.fileio import remove as remove
from headrace.io.fileio import rename as rename
from headrace.io.fileio import rmtree as rmtree
from headrace.io.fileio import size as size
from headrace.io.fileio import stat as stat
from headrace.io.fileio import walk as walk
