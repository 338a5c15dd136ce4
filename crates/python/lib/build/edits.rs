//! Passages of the library that name the implementation, and what stands in their place.
//!
//! A passage that is not found exactly once fails the build: the library has changed, and somebody must look.

struct Edit {
    /// Below the library's directory.
    path: &'static str,
    /// Where the passage begins: text that is replaced.
    from: &'static str,
    /// What follows the passage, if `from` is only its beginning; `END`: nothing.
    until: Option<&'static str>,
    to: &'static str,
}

/// The end of the file.
const END: Option<&str> = Some("");

const EDITS: &[Edit] = &[
    // Where packages are installed: not beside those of another implementation.
    Edit {
        path: "site.py",
        from: "    return 'RustPython' # XXX: RUSTPYTHON; for site-packages\n",
        until: None,
        to: "    return 'Taipan'  # edited: names the implementation\n",
    },
    Edit {
        path: "site.py",
        from: "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{",
        until: None,
        to: "    # edited: names the implementation\n    return f'{userbase}/lib/taipan{",
    },
    Edit {
        path: "sysconfig/__init__.py",
        from: "    return 'RustPython'  # XXX: RUSTPYTHON; For site-packages\n",
        until: None,
        to: "    return 'Taipan'  # edited: names the implementation\n",
    },
    Edit {
        path: "platform.py",
        from: "        # XXX: RUSTPYTHON support\n        if \"RustPython\" in sys_version:\n            name = \"RustPython\"\n",
        until: None,
        to: "        # edited: names the implementation\n        if \"Taipan\" in sys_version:\n            name = \"Taipan\"\n",
    },
    // The source of `-c` is in no file.
    Edit {
        path: "linecache.py",
        from: "        return entry[2]\n    return []\n\n\ndef _source_unavailable",
        until: None,
        to: "        return entry[2]\n    from sys import _registered_lines  # edited\n    return _registered_lines(code.co_filename)\n\n\ndef _source_unavailable",
    },
    // What is done needs no finalizer: objects with one live until a full collection.
    Edit {
        path: "asyncio/futures.py",
        from: "import contextvars\nimport logging\n",
        until: None,
        to: "import contextvars\nimport gc\nimport logging\n",
    },
    Edit {
        path: "asyncio/futures.py",
        from: "        self._result = result\n        self._state = _FINISHED\n        self.__schedule_callbacks()\n",
        until: None,
        to: "        self._result = result\n        self._state = _FINISHED\n        self.__schedule_callbacks()\n        \
             gc._forget_finalizer(self, _idle_finalizers)  # edited\n",
    },
    Edit {
        path: "asyncio/futures.py",
        from: "_PyFuture = Future\n",
        until: None,
        to: "_PyFuture = Future\n_idle_finalizers = [Future.__del__]  # edited\n",
    },
    Edit {
        path: "asyncio/tasks.py",
        from: "_PyTask = Task\n",
        until: None,
        to: "_PyTask = Task\nfutures._idle_finalizers.append(Task.__del__)  # edited\n",
    },
    // Instructions have more operands than fit in a code unit: `dis` asks the code object.
    Edit {
        path: "dis.py",
        from: "from _opcode import get_executor\n",
        until: None,
        to: "from _opcode import get_executor, get_operands, jump_targets\n",
    },
    Edit {
        path: "opcode.py",
        from: "_inline_cache_entries = {\n    name : sum(value.values()) for (name, value) in _cache_format.items()\n}",
        until: None,
        to: "_cache_format.clear()  # edited: caches are elsewhere\n_inline_cache_entries = {}",
    },
    Edit {
        path: "dis.py",
        from: "        get_name = None if self.names is None else self.names.__getitem__\n        argval = None\n",
        until: None,
        to: "        code = getattr(self.varname_from_oparg, '__self__', None)  # edited\n        \
             if code is not None:\n            \
             return get_operands(code, offset, self.labels_map)\n        \
             get_name = None if self.names is None else self.names.__getitem__\n        argval = None\n",
    },
    Edit {
        path: "dis.py",
        from: "labels_map=_make_labels_map(original_code))",
        until: None,
        to: "labels_map=_make_labels_map(co))",
    },
    Edit {
        path: "dis.py",
        from: "    labels_map = _make_labels_map(co.co_code, exception_entries",
        until: None,
        to: "    labels_map = _make_labels_map(co, exception_entries",
    },
    Edit {
        path: "dis.py",
        from: "        labels_map = _make_labels_map(original_code, self.exception_entries)",
        until: None,
        to: "        labels_map = _make_labels_map(co, self.exception_entries)",
    },
    Edit {
        path: "dis.py",
        from: "            labels_map = _make_labels_map(co.co_code, self.exception_entries)",
        until: None,
        to: "            labels_map = _make_labels_map(co, self.exception_entries)",
    },
    Edit {
        path: "dis.py",
        from: "    jump_targets = set(findlabels(original_code))\n    labels = set(jump_targets)\n",
        until: None,
        to: "    labels = set(jump_targets(original_code))  # edited\n",
    },
    // The library is in no file system: a file of it that a program wants as one comes under a temporary name, but pip reads
    // the name of the wheel. Files of a directory keep theirs.
    Edit {
        path: "ensurepip/__init__.py",
        from: "from contextlib import nullcontext\n",
        until: None,
        to: "from contextlib import contextmanager, nullcontext\n",
    },
    Edit {
        path: "ensurepip/__init__.py",
        from: "    return resources.as_file(\n        resources.files('ensurepip')\n",
        until: Some("\n\ndef _get_pip_version"),
        to: "    return _get_bundled_pip()  # edited\n\n\n\
             @contextmanager\n\
             def _get_bundled_pip():\n    \
                 with resources.as_file(resources.files('ensurepip') / '_bundled') as directory:\n        \
                     yield directory / f'pip-{_PIP_VERSION}-py3-none-any.whl'\n",
    },
    // What another implementation added is undone.
    Edit {
        path: "unittest/__init__.py",
        from: "\n\n\n# XXX: RUSTPYTHON\n# This is very useful",
        until: END,
        to: "",
    },
    Edit {
        path: "io.py",
        from: "                 IncrementalNewlineDecoder, text_encoding, TextIOWrapper)\n\n# XXX: RUSTPYTHON; FileIO",
        until: Some("\n# for seek()"),
        to: "                 IncrementalNewlineDecoder, text_encoding, TextIOWrapper, FileIO)\n",
    },
    Edit {
        path: "io.py",
        from: "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase",
        until: None,
        to: "RawIOBase",
    },
    Edit {
        path: "json/decoder.py",
        from: "    # RUSTPYTHON SPECIFIC\n",
        until: Some("    # Note that this exception is used from _json"),
        to: "",
    },
    Edit {
        path: "_compat_pickle.py",
        from: "# NOTE: RUSTPYTHON exceptions\n",
        until: Some("for excname in PYTHON2_EXCEPTIONS:\n    NAME_MAPPING"),
        to: "",
    },
];

/// Edits a file.
pub fn apply(path: &str, bytes: &mut Vec<u8>) {
    for edit in EDITS.iter().filter(|edit| edit.path == path) {
        let text = str::from_utf8(bytes).expect("edited files are ASCII");
        let places: Vec<usize> = text.match_indices(edit.from).map(|(at, _)| at).collect();
        let [start] = places[..] else { panic!("{path}: {} places of {:?}", places.len(), edit.from) };
        let end = match edit.until {
            None => start + edit.from.len(),
            END => text.len(),
            Some(next) => match text[start..].find(next) {
                Some(length) => start + length,
                None => panic!("{path}: {next:?} does not follow {:?}", edit.from),
            },
        };
        bytes.splice(start..end, edit.to.bytes());
    }
}
