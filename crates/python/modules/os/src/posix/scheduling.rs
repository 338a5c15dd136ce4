//! The scheduler: policies, priorities, processors.

use crate::arguments;
use crate::calls::{OrRaise, call, zeroed};
use python_model::dict;
use python_model::native::{NativeDef, bind, def};
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::TypeRef;
use python_model::value::*;
use python_modules_core::structseq::{self, Structure};
use std::cell::Cell;

pub const FUNCTIONS: &[NativeDef] = &[
    def("sched_yield", "($module, /)", "Voluntarily relinquish the CPU.", |py, _| {
        call!(py, libc::sched_yield()).or_raise(py)?;
        Ok(NONE)
    }),
    def(
        "sched_get_priority_max",
        "($module, /, policy)",
        "Get the maximum scheduling priority for policy.",
        |py, a| {
            let policy = arguments::int(py, a[0])?;
            py.int(i64::from(call!(py, libc::sched_get_priority_max(policy)).or_raise(py)?))
        },
    ),
    def(
        "sched_get_priority_min",
        "($module, /, policy)",
        "Get the minimum scheduling priority for policy.",
        |py, a| {
            let policy = arguments::int(py, a[0])?;
            py.int(i64::from(call!(py, libc::sched_get_priority_min(policy)).or_raise(py)?))
        },
    ),
    def(
        "sched_getscheduler",
        "($module, pid, /)",
        "Get the scheduling policy for the process identified by pid.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            py.int(i64::from(call!(py, libc::sched_getscheduler(pid)).or_raise(py)?))
        },
    ),
    def(
        "sched_setscheduler",
        "($module, pid, policy, param, /)",
        "Set the scheduling policy for the process identified by pid.",
        |py, a| {
            let (pid, policy) = (arguments::int(py, a[0])?, arguments::int(py, a[1])?);
            let parameter = parameter(py, a[2])?;
            call!(py, libc::sched_setscheduler(pid, policy, &parameter)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "sched_getparam",
        "($module, pid, /)",
        "Returns scheduling parameters for the process identified by pid.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let mut parameter = zeroed!(libc::sched_param);
            call!(py, libc::sched_getparam(pid, &mut parameter)).or_raise(py)?;
            structseq::new(py, class(py), &[small_int(i64::from(parameter.sched_priority))])
        },
    ),
    def(
        "sched_setparam",
        "($module, pid, param, /)",
        "Set scheduling parameters for the process identified by pid.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let parameter = parameter(py, a[1])?;
            call!(py, libc::sched_setparam(pid, &parameter)).or_raise(py)?;
            Ok(NONE)
        },
    ),
    def(
        "sched_rr_get_interval",
        "($module, pid, /)",
        "Return the round-robin quantum for the process identified by pid, in seconds.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let mut interval = zeroed!(libc::timespec);
            call!(py, libc::sched_rr_get_interval(pid, &mut interval)).or_raise(py)?;
            Ok(float_word(interval.tv_sec as f64 + interval.tv_nsec as f64 * 1e-9))
        },
    ),
    def(
        "sched_getaffinity",
        "($module, pid, /)",
        "Return the affinity of the process identified by pid (or the current process if zero).",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let mut processors = zeroed!(libc::cpu_set_t);
            let size = size_of::<libc::cpu_set_t>();
            call!(py, libc::sched_getaffinity(pid, size, &mut processors)).or_raise(py)?;
            let table = dict::new(py)?;
            for processor in 0..libc::CPU_SETSIZE as usize {
                // SAFETY: the number is below the size of the set.
                if unsafe { libc::CPU_ISSET(processor, &processors) } {
                    dict::add_element(py, table, small_int(processor as i64))?;
                }
            }
            py.new_set(table)
        },
    ),
    def(
        "sched_setaffinity",
        "($module, pid, mask, /)",
        "Set the CPU affinity of the process identified by pid to mask.",
        |py, a| {
            let pid = arguments::int(py, a[0])?;
            let given = py.list_from_iterable(a[1])?;
            let mut processors = zeroed!(libc::cpu_set_t);
            for index in 0..given.len() {
                let item = given.item(index);
                if !py.is_a(item, python_model::Ty::Int) {
                    let what = py.type_name(item);
                    return Err(
                        py.type_error(format!("expected an iterator of ints, but iterator yielded {what}"))
                    );
                }
                let processor = arguments::int(py, item)?;
                if processor < 0 {
                    return Err(py.value_error("negative CPU number"));
                }
                if processor >= libc::CPU_SETSIZE {
                    return Err(std::io::Error::from_raw_os_error(libc::EINVAL)).or_raise(py);
                }
                // SAFETY: the number is below the size of the set.
                unsafe { libc::CPU_SET(processor as usize, &mut processors) };
            }
            let size = size_of::<libc::cpu_set_t>();
            call!(py, libc::sched_setaffinity(pid, size, &processors)).or_raise(py)?;
            Ok(NONE)
        },
    ),
];

#[derive(Default)]
struct Types {
    parameter: Cell<Option<TypeRef>>,
}

fn class(py: Py) -> TypeRef {
    py.vm().state::<Types>().parameter.get().expect("set when the module was made")
}

/// Makes the type of parameters. Called when the module is made.
pub fn define(py: Py) -> Result<TypeRef> {
    let made = structseq::define(
        py,
        Structure::plain(
            "posix",
            "sched_param",
            "Currently has only one field: sched_priority",
            &["sched_priority"],
        ),
    )?;
    made.constructor.set(Some(|py, class, args| {
        let [priority] = bind(py, "sched_param", signature!("(sched_priority)"), args)?;
        structseq::new(py, class, &[priority])
    }));
    py.vm().state::<Types>().parameter.set(Some(made));
    Ok(made)
}

fn parameter(py: Py, value: Word) -> Result<libc::sched_param> {
    if !py.type_of(value).is(class(py)) {
        return Err(py.type_error("must have a sched_param object"));
    }
    let priority = structseq::field(py, value, "sched_priority")?;
    let mut made = zeroed!(libc::sched_param);
    made.sched_priority = match as_i64(py.to_index(priority)?).and_then(|n| i32::try_from(n).ok()) {
        Some(priority) => priority,
        None => return Err(py.overflow_error("sched_priority out of range")),
    };
    Ok(made)
}
