"""What a makefile says in CPython: the interpreter is one executable, so most of it is about places."""

import sys

_version = '%d.%d' % sys.version_info[:2]
_library = f'{sys.base_prefix}/lib/taipan{_version}'
_include = f'{sys.base_prefix}/include/taipan{_version}'

build_time_vars = {
    'ABIFLAGS': '',
    'AR': 'ar',
    'ARFLAGS': 'rcs',
    'BINDIR': f'{sys.base_prefix}/bin',
    'BINLIBDEST': _library,
    'CC': 'cc',
    'CCSHARED': '-fPIC',
    'CFLAGS': '',
    'CONFIG_ARGS': '',
    'CONFINCLUDEPY': _include,
    'CXX': 'c++',
    'DESTSHARED': f'{_library}/lib-dynload',
    'EXE': '',
    'EXT_SUFFIX': '.taipan-314.so',
    'HAVE_FORK': 1,
    'INCLUDEPY': _include,
    'LDFLAGS': '',
    'LDSHARED': 'cc -shared',
    'LDVERSION': _version,
    'LIBDEST': _library,
    'LIBDIR': f'{sys.base_prefix}/lib',
    'LIBPL': f'{_library}/config',
    'MULTIARCH': '',
    'OPT': '',
    'PY_CFLAGS': '',
    'PY_LDFLAGS': '',
    'Py_DEBUG': 0,
    'Py_ENABLE_SHARED': 0,
    'Py_GIL_DISABLED': 0,
    'SHLIB_SUFFIX': '.so',
    'SIZEOF_VOID_P': 8,
    'SOABI': 'taipan-314',
    'VERSION': _version,
    'exec_prefix': sys.base_exec_prefix,
    'prefix': sys.base_prefix,
    'srcdir': '.',
}
