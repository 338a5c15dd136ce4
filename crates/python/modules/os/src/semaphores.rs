//! `_multiprocessing`: semaphores that processes share.
//!
//! One class is both a lock that its holder may take again (`kind` 0) and a counting semaphore (`kind` 1).

use crate::arguments::{self, Rounding};
use crate::calls::{OrRaise, call, value};
use crate::constants::set;
use crate::paths;
use python_model::class::{NativeClass, native_type};
use python_model::modules::NativeModule;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, given};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, foreign, signature};
use std::cell::Cell;
use std::ffi::CString;
use std::io;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const RECURSIVE: i64 = 0;
const SEMAPHORE: i64 = 1;
/// As glibc's.
const MOST: i64 = i32::MAX as i64;

/// The state of an object.
struct Semaphore {
    handle: *mut libc::sem_t,
    kind: i64,
    most: i64,
    /// `None`: it has lost its name, or never had one.
    name: Option<CString>,
    /// How often this process holds it.
    held: Cell<i64>,
}

impl Drop for Semaphore {
    fn drop(&mut self) {
        value!(libc::sem_close(self.handle));
    }
}

#[derive(Default)]
struct Class(Cell<Option<TypeRef>>);

pub static MODULE: NativeModule = NativeModule {
    name: "_multiprocessing",
    doc: "",
    functions: FUNCTIONS,
    fill: |py, own| {
        let class = native_type(
            py,
            &NativeClass {
                module: "_multiprocessing",
                name: "SemLock",
                doc: "Semaphore/Mutex type",
                base: None,
                flags: 0,
                constructor: Some(construct),
                methods: METHODS,
            },
        )?;
        let names = class.object().dict.get().expect("a type has a namespace");
        dict::set_symbol(py, names, py.intern("SEM_VALUE_MAX")?, small_int(MOST))?;
        class.changed(py);
        py.vm().state::<Class>().0.set(Some(class));
        set(py, own, "SemLock", class.word())?;
        let flags = dict::new(py)?;
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            dict::set_symbol(py, flags, py.intern(name)?, small_int(1))?;
        }
        set(py, own, "flags", word(flags))
    },
};

static FUNCTIONS: &[NativeDef] = &[def("sem_unlink", "($module, name, /)", "", |py, a| {
    let name = text(py, a[0])?;
    call!(py, libc::sem_unlink(name.as_ptr())).or_raise(py)?;
    Ok(NONE)
})];

fn text(py: Py, value: Word) -> Result<CString> {
    let text = py.expect_str(value, "argument")?;
    CString::new(paths::encode(py, text)?).map_err(|_| py.value_error("embedded null character"))
}

fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [kind, initial, most, name, unlinks] =
        bind(py, "SemLock", signature!("(kind, value, maxvalue, name, unlink)"), args)?;
    let (kind, initial) = (arguments::long(py, kind)?, arguments::int(py, initial)?);
    let most = arguments::long(py, most)?;
    if kind != RECURSIVE && kind != SEMAPHORE {
        return Err(py.value_error("unrecognized kind"));
    }
    let name = text(py, name)?;
    let flags = libc::O_CREAT | libc::O_EXCL;
    let handle = value!(libc::sem_open(name.as_ptr(), flags, 0o600 as libc::c_uint, initial as libc::c_uint));
    if handle == libc::SEM_FAILED {
        return Err(io::Error::last_os_error()).or_raise(py);
    }
    let unlinks = py.truth(unlinks)?;
    if unlinks {
        call!(py, libc::sem_unlink(name.as_ptr())).or_raise(py)?;
    }
    let name = if unlinks { None } else { Some(name) };
    let native = py.vm().state::<Class>().0.get().expect("set when the module was made");
    foreign::new_of(py, class, native, Semaphore { handle, kind, most, name, held: Cell::new(0) })
}

fn semaphore(py: Py<'_>, own: Word) -> Result<&Semaphore> {
    foreign::expect(py, own, "a SemLock")
}

impl Semaphore {
    fn is_mine(&self) -> bool {
        self.held.get() > 0
    }

    fn value(&self, py: Py) -> Result<i32> {
        let mut value = 0;
        call!(py, libc::sem_getvalue(self.handle, &mut value)).or_raise(py)?;
        Ok(value.max(0))
    }

    fn acquire(&self, py: Py, blocks: bool, limit: Option<i64>) -> Result<bool> {
        if self.kind == RECURSIVE && self.is_mine() {
            self.held.set(self.held.get() + 1);
            return Ok(true);
        }
        let done = match (blocks, limit) {
            (false, _) => call!(py, libc::sem_trywait(self.handle)),
            (true, None) => call!(py, libc::sem_wait(self.handle)),
            (true, Some(limit)) => {
                let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                let end = now.saturating_add(Duration::from_nanos(limit.max(0) as u64));
                let end = libc::timespec {
                    tv_sec: end.as_secs().min(i64::MAX as u64) as i64,
                    tv_nsec: i64::from(end.subsec_nanos()),
                };
                call!(py, libc::sem_timedwait(self.handle, &end))
            }
        };
        match done {
            Ok(_) => {
                self.held.set(self.held.get() + 1);
                Ok(true)
            }
            Err(error) if matches!(error.raw_os_error(), Some(libc::EAGAIN | libc::ETIMEDOUT)) => Ok(false),
            Err(error) => Err(error).or_raise(py),
        }
    }

    fn release(&self, py: Py) -> Result<()> {
        if self.kind == RECURSIVE {
            if !self.is_mine() {
                return Err(py.assertion_error("attempt to release recursive lock not owned by thread"));
            }
            if self.held.get() > 1 {
                self.held.set(self.held.get() - 1);
                return Ok(());
            }
        } else if i64::from(self.value(py)?) >= self.most {
            return Err(py.value_error("semaphore or lock released too many times"));
        }
        call!(py, libc::sem_post(self.handle)).or_raise(py)?;
        self.held.set(self.held.get() - 1);
        Ok(())
    }
}

fn acquire(py: Py, a: &[Word]) -> Result {
    let blocks = arguments::boolean(py, a[1], true)?;
    let limit = given(a[2]).map(|limit| arguments::nanoseconds(py, limit, Rounding::Up)).transpose()?;
    Ok(bool_word(semaphore(py, a[0])?.acquire(py, blocks, limit)?))
}

static METHODS: &[NativeDef] = &[
    def("acquire", "($self, /, block=True, timeout=None)", "Acquire the semaphore/lock.", acquire),
    def("release", "($self, /)", "Release the semaphore/lock.", |py, a| {
        semaphore(py, a[0])?.release(py)?;
        Ok(NONE)
    }),
    def("__enter__", "($self, /)", "Enter the semaphore/lock.", |py, a| acquire(py, &[a[0], UNSET, UNSET])),
    def(
        "__exit__",
        "($self, exc_type=None, exc_value=None, exc_tb=None, /)",
        "Exit the semaphore/lock.",
        |py, a| {
            semaphore(py, a[0])?.release(py)?;
            Ok(NONE)
        },
    ),
    def(
        "_count",
        "($self, /)",
        "Num of `acquire()`s minus num of `release()`s for this process.",
        |py, a| py.int(semaphore(py, a[0])?.held.get()),
    ),
    def("_is_mine", "($self, /)", "Whether the lock is owned by this thread.", |py, a| {
        Ok(bool_word(semaphore(py, a[0])?.is_mine()))
    }),
    def("_get_value", "($self, /)", "Get the value of the semaphore.", |py, a| {
        py.int(i64::from(semaphore(py, a[0])?.value(py)?))
    }),
    def("_is_zero", "($self, /)", "Return whether semaphore has value zero.", |py, a| {
        Ok(bool_word(semaphore(py, a[0])?.value(py)? == 0))
    }),
    def("_after_fork", "($self, /)", "Rezero the net acquisition count after fork().", |py, a| {
        semaphore(py, a[0])?.held.set(0);
        Ok(NONE)
    }),
    class_method("_rebuild", "($type, handle, kind, maxvalue, name, /)", "", |py, a| {
        let name = given(a[4]).map(|name| text(py, name)).transpose()?;
        let (kind, most) = (arguments::long(py, a[2])?, arguments::long(py, a[3])?);
        let handle = match &name {
            Some(name) => value!(libc::sem_open(name.as_ptr(), 0)),
            None => return Err(py.value_error("a semaphore without a name cannot be opened again")),
        };
        if handle == libc::SEM_FAILED {
            return Err(io::Error::last_os_error()).or_raise(py);
        }
        let class = py.as_type(a[0]).unwrap_or_else(|| py.ty(Ty::Object));
        let native = py.vm().state::<Class>().0.get().expect("set when the module was made");
        foreign::new_of(py, class, native, Semaphore { handle, kind, most, name, held: Cell::new(0) })
    }),
    getter("handle", "", |py, a| py.int(semaphore(py, a[0])?.handle as i64)),
    getter("kind", "", |py, a| py.int(semaphore(py, a[0])?.kind)),
    getter("maxvalue", "", |py, a| py.int(semaphore(py, a[0])?.most)),
    getter("name", "", |py, a| match &semaphore(py, a[0])?.name {
        Some(name) => paths::decode(py, name.as_bytes()),
        None => Ok(NONE),
    }),
];
