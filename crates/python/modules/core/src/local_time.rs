//! The part of `time` that knows time zones: `localtime`, `mktime`, `strftime`, `asctime`, `ctime`, `tzset`, and `tzname`.
//!
//! The system's C library reads `TZ` and its database: what a process prints agrees with what other programs of the machine
//! print. Text of `strftime` is taken as UTF-8, unpaired bytes replaced: names of zones and months are the only text that the
//! library adds.
//! Source: the behaviour of CPython 3.14, `Modules/timemodule.c`.

use crate::structseq;
use crate::time::{broken_down, instant, struct_time};
use python_model::dict;
use python_model::native::{NativeDef, def, given};
use python_model::objects::{Dict, Str, Tuple};
use python_model::py::{Py, Result};
use python_model::value::*;

use heap::Gc;

pub static FUNCTIONS: &[NativeDef] = &[
    def(
        "localtime",
        "(seconds=None, /)",
        "Convert seconds since the Epoch to a time tuple of local time.",
        |py, a| local(py, instant(py, a[0])?),
    ),
    def(
        "mktime",
        "(time_tuple, /)",
        "Convert a time tuple in local time to seconds since the Epoch.",
        |py, a| {
            let mut fields = from_tuple(py, a[0], "mktime")?.fields;
            // What the library leaves alone if it fails: −1 is a time as well.
            fields.tm_wday = -1;
            // SAFETY: reads and completes one `tm` of this frame.
            let time = unsafe { libc::mktime(&mut fields) };
            if time == -1 && fields.tm_wday == -1 {
                return Err(py.overflow_error("mktime argument out of range"));
            }
            Ok(float_word(time as f64))
        },
    ),
    def(
        "strftime",
        "(format, time_tuple=None, /)",
        "Convert a time tuple to a string by a format.",
        |py, a| {
            let Some(format) = py.cast::<Str>(a[0]) else {
                let what = py.argument_type(a[0]);
                return Err(py.type_error(format!("strftime() argument 1 must be str, not {what}")));
            };
            let time = time_of(py, a[1], "strftime")?;
            py.str(&formatted(&format.to_text(), &time))
        },
    ),
    def("asctime", "(time_tuple=None, /)", "Convert a time tuple to a string.", |py, a| {
        let time = time_of(py, a[0], "asctime")?;
        py.str(&as_c_writes(&time.fields))
    }),
    def(
        "ctime",
        "(seconds=None, /)",
        "Convert seconds since the Epoch to a string in local time.",
        |py, a| {
            let fields = system_local(py, instant(py, a[0])?)?;
            py.str(&as_c_writes(&fields))
        },
    ),
    def(
        "strptime",
        "(string, format='%a %b %d %H:%M:%S %Y', /)",
        "Parse a string to a time tuple.",
        |py, a| {
            let parse = py.import_from("_strptime", "_strptime_time")?;
            match given(a[1]) {
                None => py.call(parse, &[a[0]]),
                Some(format) => py.call(parse, &[a[0], format]),
            }
        },
    ),
    def("tzset", "()", "Initialize the local time zone from the environment.", |py, _| {
        let module = py.import("time")?;
        match py.cast::<python_model::objects::Module>(module).and_then(|module| module.dict.get()) {
            Some(own) => set_zone(py, own)?,
            None => return Err(py.system_error("time is no module")),
        }
        Ok(NONE)
    }),
];

/// Sets `timezone`, `altzone`, `daylight` and `tzname`: of January and July of this year, whichever is winter.
pub fn set_zone(py: Py, own: Gc<Dict>) -> Result<()> {
    const YEAR_SECONDS: i64 = 31_556_952;
    unsafe extern "C" {
        fn tzset();
    }
    // SAFETY: reads the environment, which this process changes on the thread that runs Python code only.
    unsafe { tzset() };
    let january = instant(py, NONE)? / YEAR_SECONDS * YEAR_SECONDS;
    let [winter, summer] = [january, january + YEAR_SECONDS / 2].map(|time| system_local(py, time));
    let (winter, summer) = (winter?, summer?);
    let (standard, daylight) =
        if winter.tm_gmtoff <= summer.tm_gmtoff { (winter, summer) } else { (summer, winter) };
    let zone = |fields: &libc::tm| py.str(&zone_name(fields));
    let names = py.new_tuple(&[zone(&standard)?, zone(&daylight)?])?;
    dict::set_symbol(py, own, py.intern("timezone")?, small_int(-standard.tm_gmtoff))?;
    dict::set_symbol(py, own, py.intern("altzone")?, small_int(-daylight.tm_gmtoff))?;
    let has_daylight = i64::from(standard.tm_gmtoff != daylight.tm_gmtoff);
    dict::set_symbol(py, own, py.intern("daylight")?, small_int(has_daylight))?;
    dict::set_symbol(py, own, py.intern("tzname")?, names)
}

/// The `struct_time` of a time in the local zone. Errors: `OSError` if its year does not fit.
fn local(py: Py, time: i64) -> Result {
    let fields = system_local(py, time)?;
    broken_down(
        py,
        &[
            i64::from(fields.tm_year) + 1900,
            i64::from(fields.tm_mon) + 1,
            i64::from(fields.tm_mday),
            i64::from(fields.tm_hour),
            i64::from(fields.tm_min),
            i64::from(fields.tm_sec),
            i64::from(fields.tm_wday + 6) % 7,
            i64::from(fields.tm_yday) + 1,
            i64::from(fields.tm_isdst),
        ],
        &zone_name(&fields),
        fields.tm_gmtoff,
    )
}

fn system_local(py: Py, time: i64) -> Result<libc::tm> {
    let mut fields = no_time();
    // SAFETY: reads a number and writes a `tm`, both of this frame.
    let made = unsafe { libc::localtime_r(&time, &mut fields) };
    if made.is_null() {
        return Err(crate::os_error::raise(py, &std::io::Error::last_os_error(), UNSET));
    }
    Ok(fields)
}

fn no_time() -> libc::tm {
    // SAFETY: numbers and a pointer that may be null.
    unsafe { std::mem::zeroed() }
}

fn zone_name(fields: &libc::tm) -> String {
    if fields.tm_zone.is_null() {
        return String::new();
    }
    // SAFETY: the library's own text of a zone, which ends with a zero and lives until `tzset` is called again.
    unsafe { std::ffi::CStr::from_ptr(fields.tm_zone) }.to_string_lossy().into_owned()
}

/// A time tuple as the system has it; `tm_zone` points into `zone`, if there is one.
struct Time {
    fields: libc::tm,
    /// Keeps the text alive that `fields` points to.
    _zone: Option<std::ffi::CString>,
}

/// An optional time tuple, else the time now; its numbers are in range. Errors: `TypeError`, `ValueError`, `OverflowError`.
fn time_of(py: Py, value: Word, function: &str) -> Result<Time> {
    let mut time = match given(value) {
        Some(tuple) => from_tuple(py, tuple, function)?,
        None => Time { fields: system_local(py, instant(py, NONE)?)?, _zone: None },
    };
    let fields = &mut time.fields;
    // A tuple of zeros is taken as the first day of a year.
    if fields.tm_mon == -1 {
        fields.tm_mon = 0;
    }
    if fields.tm_mday == 0 {
        fields.tm_mday = 1;
    }
    if fields.tm_yday == -1 {
        fields.tm_yday = 0;
    }
    for (number, range, what) in [
        (fields.tm_mon, 0..=11, "month"),
        (fields.tm_mday, 1..=31, "day of month"),
        (fields.tm_hour, 0..=23, "hour"),
        (fields.tm_min, 0..=59, "minute"),
        (fields.tm_sec, 0..=61, "seconds"),
        (fields.tm_wday, 0..=6, "day of week"),
        (fields.tm_yday, 0..=365, "day of year"),
    ] {
        if !range.contains(&number) {
            return Err(py.value_error(format!("{what} out of range")));
        }
    }
    fields.tm_isdst = fields.tm_isdst.clamp(-1, 1);
    Ok(time)
}

fn from_tuple(py: Py, value: Word, function: &str) -> Result<Time> {
    let Some(items) = py.cast::<Tuple>(value) else {
        return Err(py.type_error("Tuple or struct_time argument required"));
    };
    if items.items().len() != 9 {
        return Err(py.type_error(format!("{function}(): illegal time tuple argument")));
    }
    let mut numbers = [0_i32; 9];
    for (number, item) in numbers.iter_mut().zip(items.items()) {
        let given = py.index(item.get())?;
        *number = i32::try_from(given).map_err(|_| {
            py.overflow_error(match given < 0 {
                true => "signed integer is less than minimum",
                false => "signed integer is greater than maximum",
            })
        })?;
    }
    let [year, month, day, hour, minute, second, week_day, year_day, is_dst] = numbers;
    let mut fields = no_time();
    fields.tm_year = year.checked_sub(1900).ok_or_else(|| py.overflow_error("year out of range"))?;
    fields.tm_mon = month.saturating_sub(1);
    fields.tm_mday = day;
    fields.tm_hour = hour;
    fields.tm_min = minute;
    fields.tm_sec = second;
    fields.tm_wday = week_day.saturating_add(1) % 7;
    fields.tm_yday = year_day.saturating_sub(1);
    fields.tm_isdst = is_dst;
    let mut zone = None;
    if py.type_of(value).is(struct_time(py)) {
        let name = structseq::field(py, value, "tm_zone")?;
        zone = py.cast::<Str>(name).and_then(|name| std::ffi::CString::new(name.to_text()).ok());
        let offset = structseq::field(py, value, "tm_gmtoff")?;
        if offset != NONE {
            fields.tm_gmtoff = py.index(offset)?;
        }
    }
    if let Some(zone) = &zone {
        fields.tm_zone = zone.as_ptr();
    }
    Ok(Time { fields, _zone: zone })
}

/// `strftime` of C for a text that may hold zeros: part by part.
fn formatted(format: &str, time: &Time) -> String {
    format.split('\0').map(|part| part_formatted(part, &time.fields)).collect::<Vec<_>>().join("\0")
}

fn part_formatted(format: &str, fields: &libc::tm) -> String {
    if format.is_empty() {
        return String::new();
    }
    // A last character that is certain makes an empty result differ from one that does not fit.
    let format = std::ffi::CString::new(format!("{format}.")).expect("split at zeros");
    let mut text = vec![0_u8; 1024];
    loop {
        // SAFETY: writes at most as many bytes as there are; format and zone end with zeros.
        let length = unsafe { libc::strftime(text.as_mut_ptr().cast(), text.len(), format.as_ptr(), fields) };
        // No directive makes more than 256 characters of one: the format itself is at fault.
        let is_hopeless = text.len() > 256 * format.as_bytes().len().max(1024);
        if length > 0 || is_hopeless {
            return String::from_utf8_lossy(&text[..length.saturating_sub(1)]).into_owned();
        }
        let larger = text.len() * 2;
        text.resize(larger, 0);
    }
}

/// As `asctime` of C, in English whatever the locale.
fn as_c_writes(fields: &libc::tm) -> String {
    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    format!(
        "{} {}{:3} {:02}:{:02}:{:02} {}",
        DAYS[fields.tm_wday as usize],
        MONTHS[fields.tm_mon as usize],
        fields.tm_mday,
        fields.tm_hour,
        fields.tm_min,
        fields.tm_sec,
        i64::from(fields.tm_year) + 1900
    )
}
