//! `resource`: limits of the process and what it has used.

use crate::arguments;
use crate::calls::{OrRaise, call, value, zeroed};
use crate::constants::{add, numbers, set};
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;

const CONSTANTS: &[(&str, i64)] = numbers! {
    RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE
    RLIMIT_NPROC RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK RLIM_INFINITY RUSAGE_CHILDREN RUSAGE_SELF
    RUSAGE_THREAD
};

/// The number of the last resource and one more.
const RESOURCES: i32 = 16;

#[derive(Default)]
struct Types {
    usage: Cell<Option<TypeRef>>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "resource",
    doc: "",
    functions: FUNCTIONS,
    fill: |py, own| {
        add(py, own, CONSTANTS)?;
        add(py, own, &[("RLIMIT_OFILE", i64::from(libc::RLIMIT_NOFILE as i32))])?;
        set(py, own, "error", py.ty(Ty::OSError).word())?;
        let usage = usage_type(py)?;
        set(py, own, "struct_rusage", usage.word())
    },
};

fn usage_type(py: Py) -> Result<TypeRef> {
    let types = py.vm().state::<Types>();
    if let Some(class) = types.usage.get() {
        return Ok(class);
    }
    let class = structseq::define(
        py,
        Structure::plain(
            "resource",
            "struct_rusage",
            "struct_rusage: Result from getrusage.",
            &[
                "ru_utime",
                "ru_stime",
                "ru_maxrss",
                "ru_ixrss",
                "ru_idrss",
                "ru_isrss",
                "ru_minflt",
                "ru_majflt",
                "ru_nswap",
                "ru_inblock",
                "ru_oublock",
                "ru_msgsnd",
                "ru_msgrcv",
                "ru_nsignals",
                "ru_nvcsw",
                "ru_nivcsw",
            ],
        ),
    )?;
    types.usage.set(Some(class));
    Ok(class)
}

/// The structure of what was used.
pub fn usage_result(py: Py, usage: &libc::rusage) -> Result {
    let class = usage_type(py)?;
    let time = |time: libc::timeval| float_word(arguments::seconds_of(time));
    let values = [
        time(usage.ru_utime),
        time(usage.ru_stime),
        py.int(usage.ru_maxrss)?,
        py.int(usage.ru_ixrss)?,
        py.int(usage.ru_idrss)?,
        py.int(usage.ru_isrss)?,
        py.int(usage.ru_minflt)?,
        py.int(usage.ru_majflt)?,
        py.int(usage.ru_nswap)?,
        py.int(usage.ru_inblock)?,
        py.int(usage.ru_oublock)?,
        py.int(usage.ru_msgsnd)?,
        py.int(usage.ru_msgrcv)?,
        py.int(usage.ru_nsignals)?,
        py.int(usage.ru_nvcsw)?,
        py.int(usage.ru_nivcsw)?,
    ];
    structseq::new(py, class, &values)
}

static FUNCTIONS: &[NativeDef] = &[
    def("getrusage", "($module, who, /)", "", |py, a| {
        let who = arguments::int(py, a[0])?;
        let mut usage = zeroed!(libc::rusage);
        match call!(py, libc::getrusage(who, &mut usage)) {
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => {
                Err(py.value_error("invalid who parameter"))
            }
            done => done.or_raise(py).and_then(|_| usage_result(py, &usage)),
        }
    }),
    def("getrlimit", "($module, resource, /)", "", |py, a| {
        let resource = resource(py, a[0])?;
        let mut limits = zeroed!(libc::rlimit);
        call!(py, libc::getrlimit(resource as libc::__rlimit_resource_t, &mut limits)).or_raise(py)?;
        limits_word(py, &limits)
    }),
    def("setrlimit", "($module, resource, limits, /)", "", |py, a| {
        let resource = resource(py, a[0])?;
        let limits = limits(py, a[1])?;
        let done = call!(py, libc::setrlimit(resource as libc::__rlimit_resource_t, &limits));
        refused(py, done)?;
        Ok(NONE)
    }),
    def("prlimit", "($module, pid, resource, limits=None, /)", "", |py, a| {
        let pid = arguments::int(py, a[0])?;
        let resource = resource(py, a[1])? as libc::__rlimit_resource_t;
        let mut old = zeroed!(libc::rlimit);
        let new = given(a[2]).map(|value| limits(py, value)).transpose()?;
        let pointer = new.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let done = call!(py, libc::prlimit(pid, resource, pointer, &mut old));
        refused(py, done)?;
        limits_word(py, &old)
    }),
    def("getpagesize", "($module, /)", "", |py, _| py.int(value!(libc::sysconf(libc::_SC_PAGESIZE)))),
];

fn resource(py: Py, value: Word) -> Result<i32> {
    let number = arguments::int(py, value)?;
    if (0..RESOURCES).contains(&number) {
        Ok(number)
    } else {
        Err(py.value_error("invalid resource specified"))
    }
}

fn refused(py: Py, done: std::io::Result<i32>) -> Result<()> {
    match done {
        Ok(_) => Ok(()),
        Err(error) => match error.raw_os_error() {
            Some(libc::EINVAL) => Err(py.value_error("current limit exceeds maximum limit")),
            Some(libc::EPERM) => Err(py.value_error("not allowed to raise maximum limit")),
            _ => Err(error).or_raise(py),
        },
    }
}

fn limits(py: Py, value: Word) -> Result<libc::rlimit> {
    let pair = py.tuple_from_iterable(value)?;
    let [current, most] = pair.items() else {
        return Err(py.value_error("expected a tuple of 2 integers"));
    };
    let limit = |value: Word| match V::of(py.to_index(value)?) {
        V::Int(number) => Ok(number as u64),
        V::Big(big) => u64::try_from(&*big.value)
            .map_err(|_| py.overflow_error("Python int too large to convert to C rlim_t")),
        _ => unreachable!("an index is an int"),
    };
    Ok(libc::rlimit { rlim_cur: limit(current.get())?, rlim_max: limit(most.get())? })
}

fn limits_word(py: Py, limits: &libc::rlimit) -> Result {
    py.new_tuple(&[py.int(limits.rlim_cur as i64)?, py.int(limits.rlim_max as i64)?])
}
