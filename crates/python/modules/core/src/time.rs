//! `time`: clocks, `sleep`, and the calendar of UTC.
//!
//! Limits: no local time (`localtime`, `mktime`, `strftime`, `strptime`): time zones are not read yet.

use crate::structseq::{self, Structure};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{NativeDef, def, given};
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
        dict::set_symbol(py, own, py.intern("struct_time")?, class.word())
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
    def("time", "()", "Return the current time in seconds since the Epoch.", |_py, _a| Ok(seconds(wall()))),
    def("time_ns", "()", "Return the current time in nanoseconds since the Epoch.", |py, _a| {
        py.int(wall() as i64)
    }),
    def("monotonic", "()", "Monotonic clock, cannot go backward.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_MONOTONIC)?))
    }),
    def("monotonic_ns", "()", "Monotonic clock, cannot go backward, as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_MONOTONIC)? as i64)
    }),
    def("perf_counter", "()", "Performance counter for benchmarking.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_MONOTONIC)?))
    }),
    def("perf_counter_ns", "()", "Performance counter for benchmarking as nanoseconds.", |py, _a| {
        py.int(read(py, libc::CLOCK_MONOTONIC)? as i64)
    }),
    def("process_time", "()", "Process time: sum of the kernel and user-space CPU time.", |py, _a| {
        Ok(seconds(read(py, libc::CLOCK_PROCESS_CPUTIME_ID)?))
    }),
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
    def("sleep", "(seconds, /)", "Delay execution for a given number of seconds.", |py, a| {
        let time = match V::of(py.base(a[0])) {
            V::Float(x) => x,
            V::Int(n) => n as f64,
            V::Bool(b) => f64::from(u8::from(b)),
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
        match Duration::try_from_secs_f64(time) {
            Ok(time) => sleep(py, time)?,
            Err(_) => return Err(py.overflow_error("timestamp out of range for platform time_t")),
        }
        Ok(NONE)
    }),
    def("gmtime", "(seconds=None, /)", "Convert seconds since the Epoch to a time tuple of UTC.", |py, a| {
        let time = match given(a[0]) {
            None => wall().div_euclid(NANOSECONDS) as i64,
            Some(value) => match V::of(value) {
                V::Float(x) if x.is_nan() => {
                    return Err(py.value_error("Invalid value NaN (not a number)"));
                }
                V::Float(x) if x.abs() < 9.2e18 => x.floor() as i64,
                V::Float(_) => return Err(py.overflow_error("timestamp out of range for platform time_t")),
                _ => py.index(value)?,
            },
        };
        calendar(py, time)
    }),
];

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
    let number = |n: i64| small_int(n);
    let values = [
        number(i64::from(year)),
        number(month as i64),
        number(day as i64),
        number(second / 3600),
        number(second / 60 % 60),
        number(second % 60),
        number(week_day),
        number(year_day as i64),
        number(0),
        py.str("UTC")?,
        number(0),
    ];
    let class = py.vm().state::<StructTime>().0.get().expect("set when the module was made");
    structseq::new(py, class, &values)
}
