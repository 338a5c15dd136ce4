//! Text of times: `isoformat`, `strftime` with what the C library does not know, `ctime`.

use super::calendar::Date;
use super::value::*;
use super::zone;
use python_model::py::{Py, Result};
use python_model::value::*;

/// `YYYY-MM-DD`
pub fn date(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year, date.month, date.day)
}

/// `HH:MM:SS[.ffffff]` to the precision that is asked for. Errors: `ValueError`.
pub fn time(py: Py, time: Time, precision: Word) -> Result<String> {
    let [hour, minute, second, micros] = time.fields();
    let name = match precision {
        UNSET => "auto".to_owned(),
        given => match py.as_str(given) {
            Some(name) => name.to_text(),
            None => {
                let found = py.argument_type(given);
                return Err(py.type_error(format!("isoformat() argument 2 must be str, not {found}")));
            }
        },
    };
    let clock = format!("{hour:02}:{minute:02}:{second:02}");
    Ok(match name.as_str() {
        "auto" if micros == 0 => clock,
        "auto" | "microseconds" => format!("{clock}.{micros:06}"),
        "milliseconds" => format!("{clock}.{:03}", micros / 1000),
        "seconds" => clock,
        "minutes" => clock[..5].to_owned(),
        "hours" => clock[..2].to_owned(),
        _ => return Err(py.value_error("Unknown timespec value")),
    })
}

/// The offset behind a time: empty if its zone does not know one.
pub fn offset(py: Py, zone_of: Word, argument: Word) -> Result<String> {
    let offset = zone::offset(py, zone_of, "utcoffset", argument)?;
    Ok(offset.map_or_else(String::new, |offset| zone::offset_text(offset, ":")))
}

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `Sat Feb  3 00:00:00 0001`
pub fn ctime(date: Date, micros: i64) -> String {
    let seconds = micros / SECOND_MICROS;
    format!(
        "{} {} {:2} {:02}:{:02}:{:02} {:04}",
        DAYS[date.weekday() as usize],
        MONTHS[date.month as usize - 1],
        date.day,
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        date.year
    )
}

/// The tuple that `timetuple()` returns.
pub fn time_tuple(py: Py, date: Date, micros: i64, is_saving: i64) -> Result {
    let seconds = micros / SECOND_MICROS;
    let fields = [
        date.year,
        date.month,
        date.day,
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60,
        date.weekday(),
        date.day_of_year(),
        is_saving,
    ];
    let fields = py.new_tuple(&fields.map(small_int))?;
    py.call(py.import_from("time", "struct_time")?, &[fields])
}

/// `strftime`: what the C library does not know (`%f`, `%z`, `%:z`, `%Z`) or pads differently is put in first, the rest is
/// `time.strftime`'s. `object` is asked for its zone, `tuple` are its fields.
pub fn format(py: Py, object: Word, spec: Word, micros: i64, date: Date, tuple: Word) -> Result {
    let Some(text) = py.as_str(spec) else {
        let found = py.argument_type(spec);
        return Err(py.type_error(format!("strftime() argument 1 must be str, not {found}")));
    };
    let text = text.as_bytes().to_vec();
    let mut out = Vec::with_capacity(text.len() + 16);
    // What the C library is to format: it is not shown other text, which may be no UTF-8.
    let mut pending = Vec::new();
    let format = py.import_from("time", "strftime")?;
    let flush = |pending: &mut Vec<u8>, out: &mut Vec<u8>| -> Result<()> {
        if !pending.is_empty() {
            let spec = py.str_bytes(pending)?;
            let formatted = py.call(format, &[spec, tuple])?;
            out.extend_from_slice(py.expect_str(formatted, "the text of strftime()")?.as_bytes());
            pending.clear();
        }
        Ok(())
    };
    let mut at = 0;
    while at < text.len() {
        let byte = text[at];
        at += 1;
        if byte == 0 || !byte.is_ascii() {
            flush(&mut pending, &mut out)?;
            out.push(byte);
            continue;
        }
        if byte != b'%' || at == text.len() || !text[at].is_ascii() {
            pending.push(byte);
            continue;
        }
        let directive = text[at];
        at += 1;
        match directive {
            b'f' => pending.extend(format!("{:06}", micros % SECOND_MICROS).bytes()),
            b'z' => pending.extend(offset_of(py, object, "")?.bytes()),
            b':' if text.get(at) == Some(&b'z') => {
                at += 1;
                pending.extend(offset_of(py, object, ":")?.bytes());
            }
            b'Z' => {
                let name = match py.get_attr_opt(object, py.intern("tzname")?)? {
                    Some(method) => py.call(method, &[])?,
                    None => NONE,
                };
                flush(&mut pending, &mut out)?;
                if let Some(name) = py.as_str(name) {
                    out.extend_from_slice(name.as_bytes());
                }
            }
            b'Y' => pending.extend(format!("{:04}", date.year).bytes()),
            b'G' => pending.extend(format!("{:04}", date.iso_calendar().0).bytes()),
            b'C' => pending.extend(format!("{:02}", date.year / 100).bytes()),
            b'F' => pending.extend(self::date(date).bytes()),
            other => pending.extend([b'%', other]),
        }
    }
    flush(&mut pending, &mut out)?;
    py.str_bytes(&out)
}

/// The offset that an object's `utcoffset()` says.
fn offset_of(py: Py, object: Word, separator: &str) -> Result<String> {
    let Some(method) = py.get_attr_opt(object, py.intern("utcoffset")?)? else { return Ok(String::new()) };
    let offset = py.call(method, &[])?;
    Ok(micros_of(offset).map_or_else(String::new, |offset| zone::offset_text(offset as i64, separator)))
}

/// `format(value, spec)`: `str(value)` if the specification is empty.
pub fn format_method(py: Py, a: &[Word]) -> Result {
    let Some(spec) = py.as_str(a[1]) else {
        let found = py.argument_type(a[1]);
        return Err(py.type_error(format!("format() argument 2 must be str, not {found}")));
    };
    if spec.is_empty() {
        return Ok(word(py.to_str(a[0])?));
    }
    py.call_method(a[0], py.intern("strftime")?, &[a[1]])
}
