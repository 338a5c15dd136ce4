"""Finder and loader of the standard library that is inside the executable.

The library is a path entry: its directory, sys._stdlib_dir, is in sys.path, but in no file system. path_hook() claims it and the
packages in it; everything else about its modules is as if they were source files there.
"""

import _imp
from _frozen_importlib import spec_from_loader
from _frozen_importlib_external import SourceFileLoader


class LibraryLoader(SourceFileLoader):
    """Loads a module of the embedded library. Its path names no file."""

    def get_code(self, fullname):
        code = _imp.library_code(self.get_filename(fullname))
        if code is None:
            return super().get_code(fullname)
        return code

    def get_data(self, path):
        data = _imp.library_data(path)
        if data is None:
            raise FileNotFoundError(2, 'No such file or directory', path)
        return data

    def path_stats(self, path):
        raise OSError('a module of the embedded library has no file')

    def set_data(self, path, data, *, _mode=0o666):
        pass

    def get_resource_reader(self, fullname):
        from _embedded_resources import LibraryReader
        return LibraryReader(self.path.rpartition('/')[0])


class LibraryFinder:
    """Finds modules in one directory of the embedded library."""

    def __init__(self, path):
        self.path = path

    def __repr__(self):
        return f'{type(self).__name__}({self.path!r})'

    def find_spec(self, fullname, target=None):
        found = _imp.library_find(self.path, fullname.rpartition('.')[2])
        if found is None:
            return None
        path, is_package = found
        loader = LibraryLoader(fullname, path)
        spec = spec_from_loader(fullname, loader, is_package=is_package)
        if is_package:
            spec.submodule_search_locations = [path.rpartition('/')[0]]
        return spec

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=''):
        """What pkgutil asks for."""
        for name in _imp.library_list(self.path) or ():
            stem = name.partition('.')[0]
            if stem == '__init__':
                continue
            found = _imp.library_find(self.path, stem)
            if found is not None:
                yield prefix + stem, found[1]


def path_hook(path):
    if _imp.library_list(path) is None:
        raise ImportError('not a directory of the embedded library', path=path)
    return LibraryFinder(path)
