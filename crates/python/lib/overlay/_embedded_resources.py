"""importlib.resources for packages of the standard library that is inside the executable."""

import _imp
import io
from importlib.resources.abc import Traversable, TraversableResources


class LibraryPath(Traversable):
    """A file or directory of the embedded library."""

    def __init__(self, path):
        self._path = path

    def __repr__(self):
        return f'{type(self).__name__}({self._path!r})'

    def __str__(self):
        return self._path

    @property
    def name(self):
        return self._path.rpartition('/')[2]

    def is_dir(self):
        return _imp.library_list(self._path) is not None

    def is_file(self):
        return _imp.library_data(self._path) is not None

    def iterdir(self):
        names = _imp.library_list(self._path)
        if names is None:
            raise NotADirectoryError(20, 'Not a directory', self._path)
        return (LibraryPath(f'{self._path}/{name}') for name in names)

    def joinpath(self, *descendants):
        parts = [part for path in descendants for part in str(path).split('/') if part]
        return LibraryPath('/'.join([self._path, *parts]))

    def read_bytes(self):
        data = _imp.library_data(self._path)
        if data is None:
            raise FileNotFoundError(2, 'No such file or directory', self._path)
        return data

    def open(self, mode='r', *args, **kwargs):
        data = io.BytesIO(self.read_bytes())
        return data if 'b' in mode else io.TextIOWrapper(data, *args, **kwargs)


class LibraryReader(TraversableResources):
    """The resources of a package of the embedded library."""

    def __init__(self, directory):
        self._directory = directory

    def files(self):
        return LibraryPath(self._directory)
