//! `time`: clocks, `sleep`, and the calendar of UTC. What depends on the time zone is in `local_time`.

use crate::local_time;
use crate::structseq::{self, Structure};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
use python_model::objects::SimpleNamespace;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use std::cell::Cell;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

const NANOSECONDS: i128 = 1_000_000_000;
const TM_FIELDS: &[&str] = &[
    "tm_year",
    "tm_mon",
    "tm_mday",
    "tm_hour",
    "tm_min",
    "tm_sec",
    "tm_wday",
    "tm_yday",
    "tm_isdst",
    "tm_zone",
    "tm_gmtoff",
];
const TIME_DOC: &str = "The time value as returned by gmtime(), localtime(), and strptime(), and accepted by asctime(), \
                        mktime() and strftime().";

/// `time.struct_time`
#[derive(Default)]
struct StructTime(Cell<Option<TypeRef>>);

pub static MODULE: NativeModule = NativeModule {
    name: "time",
    doc: "This module provides various functions to manipulate time values.",
    functions: FUNCTIONS,
    fill: |py, own| {
        let structure =
            Structure { visible: 9, ..Structure::plain("time", "struct_time", TIME_DOC, TM_FIELDS) };
        let class = structseq::define(py, structure)?;
        py.vm().state::<StructTime>().0.set(Some(class));
        for (name, clock) in [
            ("CLOCK_REALTIME", libc::CLOCK_REALTIME),
            ("CLOCK_MONOTONIC", libc::CLOCK_MONOTONIC),
            ("CLOCK_PROCESS_CPUTIME_ID", libc::CLOCK_PROCESS_CPUTIME_ID),
            ("CLOCK_THREAD_CPUTIME_ID", libc::CLOCK_THREAD_CPUTIME_ID),
        ] {
            dict::set_symbol(py, own, py.intern(name)?, small_int(i64::from(clock)))?;
        }
        dict::set_symbol(py, own, py.intern("struct_time")?, class.word())?;
        let item_count = small_int(TM_FIELDS.len() as i64);
        dict::set_symbol(py, own, py.intern("_STRUCT_TM_ITEMS")?, item_count)?;
        for def in local_time::FUNCTIONS {
            let function = python_model::functions::new_builtin(py, def, UNSET)?;
            dict::set_symbol(py, own, py.intern(def.name)?, function)?;
        }
        local_time::set_zone(py, own)
    },
};

/// Nanoseconds on a clock of the system. Errors: `OSError`.
fn read(py: Py, clock: libc::clockid_t) -> Result<i128> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one `timespec`.
    let status = unsafe { libc::clock_gettime(clock, &mut time) };
    if status != 0 {
        return Err(crate::os_error::raise(py, &std::io::Error::last_os_error(), UNSET));
    }
    Ok(i128::from(time.tv_sec) * NANOSECONDS + i128::from(time.tv_nsec))
}

/// Nanoseconds between two values of a clock of the system. Errors: `OSError`.
fn resolution(py: Py, clock: libc::clockid_t) -> Result<i128> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the call writes one `timespec`.
    let status = unsafe { libc::clock_getres(clock, &mut time) };
    if status != 0 {
        return Err(crate::os_error::raise(py, &std::io::Error::last_os_error(), UNSET));
    }
    Ok(i128::from(time.tv_sec) * NANOSECONDS + i128::from(time.tv_nsec))
}

fn wall() -> i128 {
    match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(since) => since.as_nanos() as i128,
        Err(before) => -(before.duration().as_nanos() as i128),
    }
}

fn seconds(nanoseconds: i128) -> Word {
    float_word(nanoseconds as f64 / NANOSECONDS as f64)
}

/// Waits, and runs the handlers of signals that arrive meanwhile. Errors: what one of them raises.
fn sleep(py: Py, time: Duration) -> Result<()> {
    let end = read(py, libc::CLOCK_MONOTONIC)?.saturating_add(time.as_nanos() as i128);
    let end = libc::timespec {
        tv_sec: i64::try_from(end / NANOSECONDS).unwrap_or(i64::MAX),
        tv_nsec: (end % NANOSECONDS) as i64,
    };
    loop {
        // SAFETY: reads one `timespec` of this frame.
        let wait = || unsafe {
            libc::clock_nanosleep(libc::CLOCK_MONOTONIC, libc::TIMER_ABSTIME, &end, std::ptr::null_mut())
        };
        match py.blocking(wait) {
            0 => return Ok(()),
            libc::EINTR => py.check_signals()?,
            error => {
                let error = std::io::Error::from_raw_os_error(error);
                return Err(crate::os_error::raise(py, &error, UNSET));
            }
        }
    }
}

fn clock_id(py: Py, value: Word) -> Result<libc::clockid_t> {
    let number = py.index(value)?;
    libc::clockid_t::try_from(number).map_err(|_| py.overflow_error("signed integer is greater than maximum"))
}

static FUNCTIONS: &[NativeDef] = &[
    def("time", "()", "Return the current time in seconds since the Epoch.", |_py, _a| Ok(seconds(wall())))
        .contained(),
    def("time_ns", "()", "Return the current time in nanoseconds since the Epoch.", |py, _a| {
        py.int(wall() as i64)
    })
    .contained(),
    def("monotonic", "()", "Monotonic clock, cannot go backward.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_MONOTONIC)?))
    })
    .contained(),
    def("monotonic_ns", "()", "Monotonic clock, cannot go backward, as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_MONOTONIC)? as i64)
    })
    .contained(),
    def("perf_counter", "()", "Performance counter for benchmarking.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_MONOTONIC)?))
    })
    .contained(),
    def("perf_counter_ns", "()", "Performance counter for benchmarking as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_MONOTONIC)? as i64)
    })
    .contained(),
    def("process_time", "()", "Process time: sum of the kernel and user-space CPU time.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_PROCESS_CPUTIME_ID)?))
    })
    .contained(),
    def("process_time_ns", "()", "Process time as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_PROCESS_CPUTIME_ID)? as i64)
    }),
    def("thread_time", "()", "Thread time: sum of the kernel and user-space CPU time.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_THREAD_CPUTIME_ID)?))
    }),
    def("thread_time_ns", "()", "Thread time as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_THREAD_CPUTIME_ID)? as i64)
    }),
    def("clock_gettime", "(clk_id, /)", "Return the time of the specified clock as a float.", |py, a| {
        Ok(seconds(read(py, clock_id(py, a[0])?)?))
    }),
    def(
        "clock_gettime_ns",
        "(clk_id, /)",
        "Return the time of the specified clock as nanoseconds.",
        |py, a| py.int(read(py, clock_id(py, a[0])?)? as i64),
    ),
    def("clock_getres", "(clk_id, /)", "Return the resolution of the specified clock.", |py, a| {
        Ok(seconds(resolution(py, clock_id(py, a[0])?)?))
    }),
    def("get_clock_info", "(name, /)", "Get information of the specified clock.", |py, a| {
        let name = match py.as_str(a[0]) {
            Some(name) => name.to_text(),
            None => {
                let what = py.argument_type(a[0]);
                return Err(py.type_error(format!("get_clock_info() argument 1 must be str, not {what}")));
            }
        };
        let (clock, system_name, is_adjustable) = match name.as_str() {
            "time" => (libc::CLOCK_REALTIME, "CLOCK_REALTIME", true),
            "monotonic" | "perf_counter" => (libc::CLOCK_MONOTONIC, "CLOCK_MONOTONIC", false),
            "process_time" => (libc::CLOCK_PROCESS_CPUTIME_ID, "CLOCK_PROCESS_CPUTIME_ID", false),
            "thread_time" => (libc::CLOCK_THREAD_CPUTIME_ID, "CLOCK_THREAD_CPUTIME_ID", false),
            _ => return Err(py.value_error("unknown clock")),
        };
        let fields = dict::new(py)?;
        let implementation = py.str(&format!("clock_gettime({system_name})"))?;
        for (name, value) in [
            ("implementation", implementation),
            ("monotonic", bool_word(!is_adjustable)),
            ("adjustable", bool_word(is_adjustable)),
            ("resolution", seconds(resolution(py, clock)?)),
        ] {
            dict::set_symbol(py, fields, py.intern(name)?, value)?;
        }
        let namespace = SimpleNamespace { header: heap::Header::EMPTY, dict: heap::Slot::new(Some(fields)) };
        Ok(word(py.alloc(namespace)?))
    }),
    def("sleep", "(seconds, /)", "Delay execution for a given number of seconds.", |py, a| {
        let time = match V::of(py.base(a[0])) {
            V::Float(x) => x,
            V::Int(n) => n as f64,
            V::Bool(b) => f64::from(u8::from(b)),
            V::Big(_) => return Err(py.overflow_error("timestamp out of range for C PyTime_t")),
            _ => match py.call_special(a[0], python_model::names::Name::Index, &[])? {
                Some(_) => py.to_f64(a[0])?,
                None => {
                    let what = py.type_name(a[0]);
                    return Err(py.type_error(format!(
                        "'{what}' object cannot be interpreted as an integer or float"
                    )));
                }
            },
        };
        if time.is_nan() {
            return Err(py.value_error("Invalid value NaN (not a number)"));
        }
        if time < 0.0 {
            return Err(py.value_error("sleep length must be non-negative"));
        }
        // CPython counts nanoseconds in 64 bits.
        match Duration::try_from_secs_f64(time) {
            Ok(time) if i64::try_from(time.as_nanos()).is_ok() => sleep(py, time)?,
            _ => return Err(py.overflow_error("timestamp out of range for C PyTime_t")),
        }
        Ok(NONE)
    }),
    def("gmtime", "(seconds=None, /)", "Convert seconds since the Epoch to a time tuple of UTC.", |py, a| {
        calendar(py, instant(py, a[0])?)
    }),
];

/// An optional number of seconds since the Epoch, else the time now. Errors: `TypeError`, `ValueError`, `OverflowError`.
pub(crate) fn instant(py: Py, seconds: Word) -> Result<i64> {
    let Some(value) = given(seconds).filter(|value| *value != NONE) else {
        return Ok(wall().div_euclid(NANOSECONDS) as i64);
    };
    match V::of(py.base(value)) {
        V::Float(x) if x.is_nan() => Err(py.value_error("Invalid value NaN (not a number)")),
        V::Float(x) if x.abs() < 9.2e18 => Ok(x.floor() as i64),
        V::Float(_) => Err(py.overflow_error("timestamp out of range for platform time_t")),
        _ => py.index(value),
    }
}

/// The class `struct_time`.
pub(crate) fn struct_time(py: Py) -> TypeRef {
    py.vm().state::<StructTime>().0.get().expect("set when the module was made")
}

/// A `struct_time` of its nine numbers, the zone's name, and its offset in seconds east of UTC.
pub(crate) fn broken_down(py: Py, numbers: &[i64; 9], zone: &str, offset: i64) -> Result {
    let mut values = [NONE; 11];
    for (value, number) in values.iter_mut().zip(numbers) {
        *value = small_int(*number);
    }
    values[9] = py.str(zone)?;
    values[10] = small_int(offset);
    structseq::new(py, struct_time(py), &values)
}

/// The `struct_time` of a time in UTC. Source: Hinnant, "chrono-Compatible Low-Level Date Algorithms".
fn calendar(py: Py, time: i64) -> Result {
    let (days, second) = (time.div_euclid(86_400), time.rem_euclid(86_400));
    let shifted = i128::from(days) + 719_468;
    let (era, day_of_era) = (shifted.div_euclid(146_097), shifted.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i128::from(month <= 2);
    let Ok(year) = i32::try_from(year) else {
        return Err(crate::os_error::raise(py, &std::io::Error::from_raw_os_error(libc::EOVERFLOW), UNSET));
    };
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let starts = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap_day = i128::from(is_leap && month > 2);
    let year_day = starts[month as usize - 1] + day + leap_day;
    let week_day = (days + 3).rem_euclid(7);
    let numbers = [
        i64::from(year),
        month as i64,
        day as i64,
        second / 3600,
        second / 60 % 60,
        second % 60,
        week_day,
        year_day as i64,
        0,
    ];
    broken_down(py, &numbers, "GMT", 0)
}
