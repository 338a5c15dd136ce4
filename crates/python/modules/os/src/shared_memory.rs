//! `_posixshmem`: named memory shared between processes.

use crate::arguments;
use crate::calls::{OrRaise, call};
use crate::paths;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def};
use python_model::py::{Py, Result};
use python_model::value::*;
use std::ffi::CString;

pub static MODULE: NativeModule = NativeModule {
    name: "_posixshmem",
    doc: "POSIX shared memory module",
    functions: FUNCTIONS,
    fill: |_, _| Ok(()),
};

static FUNCTIONS: &[NativeDef] = &[
    def(
        "shm_open",
        "($module, /, path, flags, mode=511)",
        "Open a shared memory object.  Returns a file descriptor (integer).",
        |py, a| {
            let name = name(py, a[0], "shm_open")?;
            let flags = arguments::int(py, a[1])? | libc::O_CLOEXEC;
            let mode = arguments::int_or(py, a[2], 0o777)? as libc::mode_t;
            let descriptor = call!(py, libc::shm_open(name.as_ptr(), flags, mode)).or_raise_for(py, a[0])?;
            py.int(i64::from(descriptor))
        },
    ),
    def(
        "shm_unlink",
        "($module, path, /)",
        "Remove a shared memory object (similar to unlink()).",
        |py, a| {
            let name = name(py, a[0], "shm_unlink")?;
            call!(py, libc::shm_unlink(name.as_ptr())).or_raise_for(py, a[0])?;
            Ok(NONE)
        },
    ),
];

fn name(py: Py, value: Word, function: &str) -> Result<CString> {
    let Some(text) = py.as_str(value) else {
        let what = py.argument_type(value);
        return Err(py.type_error(format!("{function}() argument 'path' must be str, not {what}")));
    };
    CString::new(paths::encode(py, text)?).map_err(|_| py.value_error("embedded null character"))
}
