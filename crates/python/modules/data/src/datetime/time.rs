//! `time`.

use super::calendar::Date;
use super::date::{comparisons, pickled, replace_by_name, strptime};
use super::fields::{checked_parsed, checked_time, class_of, int, iso_text, or, parse_error};
use super::value::*;
use super::{Types, parse, text, zone};
use python_model::compact;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, raw};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::TypeRef;
use python_model::value::*;
use std::cmp::Ordering;

fn receiver(py: Py, value: Word) -> Result<Time> {
    time_of(value).ok_or_else(|| {
        let name = py.type_name(value);
        py.type_error(format!("descriptor requires a 'datetime.time' object but received a '{name}'"))
    })
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let native = known(&py.vm().state::<Types>().time);
    if let [state, rest @ ..] = args.positionals()
        && args.keywords.is_none()
        && rest.len() <= 1
        && let Some(time) = unpickled(py, *state, rest.first().copied().unwrap_or(NONE))?
    {
        return compact::wrap(py, class, native, new_plain_time(py, native, time)?);
    }
    let [hour, minute, second, micros, zone, fold] = bind(
        py,
        "function",
        signature!("(hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)"),
        args,
    )?;
    let fields = [int(py, hour, 0)?, int(py, minute, 0)?, int(py, second, 0)?, int(py, micros, 0)?];
    let fold = int(py, fold, 0)?;
    let time = checked_time(py, fields, fold, zone::check(py, zone)?)?;
    compact::wrap(py, class, native, new_plain_time(py, native, time)?)
}

fn unpickled(py: Py, state: Word, zone: Word) -> Result<Option<Time>> {
    let Some(bytes) = pickled(py, state, 6) else { return Ok(None) };
    let hour = bytes[0] & 0x7f;
    if hour > 23 {
        return Ok(None);
    }
    if zone != NONE && !zone::is_zone(py, zone) {
        return Err(py.type_error("bad tzinfo state arg"));
    }
    Ok(Some(time_of_bytes(&bytes, bytes[0] & 0x80 != 0, zone)))
}

/// The time of six bytes: hour, minute, second, three of microseconds.
pub fn time_of_bytes(bytes: &[u8], fold: bool, zone: Word) -> Time {
    let [hour, minute, second] = [bytes[0] & 0x7f, bytes[1], bytes[2]].map(i64::from);
    let micros = bytes[3..6].iter().fold(0, |value, byte| value << 8 | i64::from(*byte));
    Time { micros: hour * HOUR_MICROS + minute * MINUTE_MICROS + second * SECOND_MICROS + micros, fold, zone }
}

/// The bytes of a pickled time, without its fold.
pub fn pickle(time: Time) -> [u8; 6] {
    let [hour, minute, second, micros] = time.fields();
    [hour as u8, minute as u8, second as u8, (micros >> 16) as u8, (micros >> 8) as u8, micros as u8]
}

fn offset(py: Py, own: Time) -> Result<Option<i64>> {
    zone::offset(py, own.zone, "utcoffset", NONE)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0])?;
    let Some(other) = time_of(a[1]) else { return Ok(NOT_IMPLEMENTED) };
    if own.zone == other.zone {
        return Ok(bool_word(op.holds(own.micros.cmp(&other.micros))));
    }
    let order = match (offset(py, own)?, offset(py, other)?) {
        (None, None) => own.micros.cmp(&other.micros),
        (Some(x), Some(y)) => (own.micros - x).cmp(&(other.micros - y)),
        _ => match op {
            Comparison::Eq | Comparison::Ne => Ordering::Less,
            _ => return Err(py.type_error("can't compare offset-naive and offset-aware times")),
        },
    };
    Ok(bool_word(op.holds(order)))
}

fn hash(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let offset = match own.zone {
        NONE => None,
        // The hash does not depend on the fold.
        _ if own.fold => {
            let unfolded =
                new_plain_time(py, known(&py.vm().state::<Types>().time), Time { fold: false, ..own })?;
            let answer = py.call_method(unfolded, py.intern("utcoffset")?, &[])?;
            micros_of(answer).map(|offset| offset as i64)
        }
        _ => offset(py, own)?,
    };
    hash_point(py, own.micros - offset.unwrap_or(0))
}

/// Arguments of a constructor as `repr` shows them: what is zero at the end is left out.
pub fn repr_tail(py: Py, time: Time) -> Result<String> {
    let [_, _, second, micros] = time.fields();
    let mut text = String::new();
    if micros != 0 {
        text += &format!(", {second}, {micros}");
    } else if second != 0 {
        text += &format!(", {second}");
    }
    if time.fold {
        text += ", fold=1";
    }
    if time.zone != NONE {
        text += &format!(", tzinfo={}", py.repr_text(time.zone)?);
    }
    Ok(text)
}

fn isoformat(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let clock = text::time(py, own, a[1])?;
    py.str(&(clock + &text::offset(py, own.zone, NONE)?))
}

fn replace(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let [hour, minute, second, micros] = own.fields();
    let fields = [or(py, a[1], hour)?, or(py, a[2], minute)?, or(py, a[3], second)?, or(py, a[4], micros)?];
    let zone = if a[5] == UNSET { own.zone } else { zone::check(py, a[5])? };
    let time = checked_time(py, fields, or(py, a[6], own.fold.into())?, zone)?;
    new_time(py, py.type_of(a[0]), time)
}

fn reduce(py: Py, value: Word, has_fold: bool) -> Result {
    let own = receiver(py, value)?;
    let mut bytes = pickle(own);
    if has_fold && own.fold {
        bytes[0] |= 0x80;
    }
    let bytes = py.new_bytes(&bytes)?;
    let state = if own.zone == NONE { py.new_tuple(&[bytes])? } else { py.new_tuple(&[bytes, own.zone])? };
    py.new_tuple(&[py.type_of(value).word(), state])
}

pub static COMPARISONS: &[NativeDef] = comparisons!(compare);

pub static METHODS: &[NativeDef] = &[
    def("__hash__", "($self, /)", "Return hash(self).", hash),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?;
        let [hour, minute, ..] = own.fields();
        py.str(&format!("{}({hour}, {minute}{})", py.type_name(a[0]), repr_tail(py, own)?))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        py.call_method(a[0], py.intern("isoformat")?, &[])
    }),
    def("__reduce_ex__", "($self, proto, /)", "__reduce_ex__(proto) -> (cls, state)", |py, a| {
        reduce(py, a[0], py.index(a[1])? > 3)
    }),
    def("__reduce__", "($self, /)", "__reduce__() -> (cls, state)", |py, a| reduce(py, a[0], false)),
    def("__format__", "($self, format_spec, /)", "Formats self with strftime.", text::format_method),
    def(
        "strftime",
        "($self, /, format)",
        "Format using strftime().\n\nThe date part of the timestamp passed to underlying strftime should not be used.",
        |py, a| {
            let own = receiver(py, a[0])?;
            let date = Date::new(1900, 1, 1);
            let tuple = text::time_tuple(py, date, own.micros, -1)?;
            text::format(py, a[0], a[1], own.micros, date, tuple)
        },
    ),
    def(
        "isoformat",
        "($self, /, timespec='auto')",
        "Return the time formatted according to ISO.\n\nThe full format is 'HH:MM:SS.mmmmmm+zz:zz'. By default, the fractional\npart is omitted if self.microsecond == 0.",
        isoformat,
    ),
    def(
        "utcoffset",
        "($self, /)",
        "Return the timezone offset as timedelta positive east of UTC (negative west of UTC).",
        |py, a| zone::offset_object(py, receiver(py, a[0])?.zone, "utcoffset", NONE),
    ),
    def("dst", "($self, /)", "Return daylight saving time offset as timedelta.", |py, a| {
        zone::offset_object(py, receiver(py, a[0])?.zone, "dst", NONE)
    }),
    def("tzname", "($self, /)", "Return the name of the timezone as a string.", |py, a| {
        zone::name(py, receiver(py, a[0])?.zone, NONE)
    }),
    def(
        "replace",
        "($self, /, hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        "Return time with new specified fields.",
        replace,
    ),
    raw("__replace__", "($self, /, **changes)", "The same as replace().", replace_by_name),
    class_method(
        "fromisoformat",
        "($type, object, /)",
        "Construct a time from a string in ISO 8601 format.",
        |py, a| {
            let text = iso_text(py, a[1])?;
            let text = text.strip_prefix(b"T").unwrap_or(&text);
            match parse::time(text) {
                Ok(parsed) => new_time(py, class_of(py, a[0]), checked_parsed(py, &parsed)?),
                Err(error) => Err(parse_error(py, &error, a[1])),
            }
        },
    ),
    class_method(
        "strptime",
        "($type, string, format, /)",
        "Parse string according to the given time format.",
        |py, a| strptime(py, a, "_strptime_datetime_time"),
    ),
    getter("hour", "", |py, a| Ok(small_int(receiver(py, a[0])?.fields()[0]))),
    getter("minute", "", |py, a| Ok(small_int(receiver(py, a[0])?.fields()[1]))),
    getter("second", "", |py, a| Ok(small_int(receiver(py, a[0])?.fields()[2]))),
    getter("microsecond", "", |py, a| Ok(small_int(receiver(py, a[0])?.fields()[3]))),
    getter("tzinfo", "", |py, a| Ok(receiver(py, a[0])?.zone)),
    getter("fold", "", |py, a| Ok(small_int(receiver(py, a[0])?.fold.into()))),
];
