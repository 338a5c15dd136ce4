//! `datetime`.

use super::calendar::{Date, EPOCH};
use super::date::{comparisons, pickled, replace_by_name, strptime, unpickled};
use super::fields::{
    check_given, checked_date, checked_parsed, checked_time, class_of, int, iso_text, or, parse_error,
};
use super::time::{pickle, repr_tail, time_of_bytes};
use super::value::*;
use super::{Types, local, parse, text, zone};
use python_model::compact;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, given, raw};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cmp::Ordering;

fn receiver(py: Py, value: Word) -> Result<Moment> {
    moment_of(value).ok_or_else(|| {
        let name = py.type_name(value);
        py.type_error(format!("descriptor requires a 'datetime.datetime' object but received a '{name}'"))
    })
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let native = known(&py.vm().state::<Types>().datetime);
    if let [state, rest @ ..] = args.positionals()
        && args.keywords.is_none()
        && rest.len() <= 1
        && let Some(moment) = from_state(py, *state, rest.first().copied().unwrap_or(NONE))?
    {
        return compact::wrap(py, class, native, new_plain_moment(py, native, moment)?);
    }
    check_given(py, args.words)?;
    let [year, month, day, hour, minute, second, micros, zone, fold] = bind(
        py,
        "function",
        signature!("(year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)"),
        args,
    )?;
    let date = Date::new(int(py, year, 0)?, int(py, month, 0)?, int(py, day, 0)?);
    let fields = [int(py, hour, 0)?, int(py, minute, 0)?, int(py, second, 0)?, int(py, micros, 0)?];
    let fold = int(py, fold, 0)?;
    let date = checked_date(py, date)?;
    let time = checked_time(py, fields, fold, zone::check(py, zone)?)?;
    compact::wrap(py, class, native, new_plain_moment(py, native, Moment { date, time })?)
}

fn from_state(py: Py, state: Word, zone: Word) -> Result<Option<Moment>> {
    let Some(bytes) = pickled(py, state, 10) else { return Ok(None) };
    let Some((date, fold)) = unpickled(&bytes) else { return Ok(None) };
    if zone != NONE && !zone::is_zone(py, zone) {
        return Err(py.type_error("bad tzinfo state arg"));
    }
    Ok(Some(Moment { date, time: time_of_bytes(&bytes[4..], fold, zone) }))
}

fn offset(py: Py, value: Word, own: Moment) -> Result<Option<i64>> {
    zone::offset(py, own.time.zone, "utcoffset", value)
}

/// The same moment with the other fold, of the type itself.
fn folded(py: Py, own: Moment, fold: bool) -> Result {
    let time = Time { fold, ..own.time };
    new_plain_moment(py, known(&py.vm().state::<Types>().datetime), Moment { time, ..own })
}

/// Whether the offset depends on the fold: such a moment equals none in another zone (PEP 495).
fn is_ambiguous(py: Py, own: Moment, offset_now: Option<i64>) -> Result<bool> {
    let other = folded(py, own, !own.time.fold)?;
    Ok(offset(py, other, own)? != offset_now)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0])?;
    let Some(other) = moment_of(a[1]) else { return Ok(NOT_IMPLEMENTED) };
    if own.time.zone == other.time.zone {
        return Ok(bool_word(op.holds(own.micros().cmp(&other.micros()))));
    }
    let is_equality = matches!(op, Comparison::Eq | Comparison::Ne);
    let (x, y) = (offset(py, a[0], own)?, offset(py, a[1], other)?);
    let order = match (x, y) {
        (Some(x), Some(y)) => (own.micros() - x).cmp(&(other.micros() - y)),
        (None, None) => own.micros().cmp(&other.micros()),
        _ if is_equality => Ordering::Less,
        _ => return Err(py.type_error("can't compare offset-naive and offset-aware datetimes")),
    };
    if is_equality && order == Ordering::Equal && (is_ambiguous(py, own, x)? || is_ambiguous(py, other, y)?) {
        return Ok(bool_word(op == Comparison::Ne));
    }
    Ok(bool_word(op.holds(order)))
}

fn hash(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let offset = match own.time.zone {
        NONE => None,
        _ if own.time.fold => {
            let unfolded = folded(py, own, false)?;
            offset(py, unfolded, own)?
        }
        _ => offset(py, a[0], own)?,
    };
    hash_point(py, own.micros() - offset.unwrap_or(0))
}

fn add(py: Py, moment: Word, duration: Word, sign: i128) -> Result {
    match (moment_of(moment), micros_of(duration)) {
        (Some(own), Some(micros)) => shifted(py, py.type_of(moment), own, sign * micros),
        _ => Ok(NOT_IMPLEMENTED),
    }
}

fn subtract(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let Some(other) = moment_of(a[1]) else { return add(py, a[0], a[1], -1) };
    let difference = own.micros() - other.micros();
    if own.time.zone == other.time.zone {
        return new_duration(py, difference.into());
    }
    match (offset(py, a[0], own)?, offset(py, a[1], other)?) {
        (Some(x), Some(y)) => new_duration(py, (difference - x + y).into()),
        (None, None) => new_duration(py, difference.into()),
        _ => Err(py.type_error("can't subtract offset-naive and offset-aware datetimes")),
    }
}

/// A moment in UTC, in a zone by the zone's `fromutc`.
fn in_zone(py: Py, class: TypeRef, utc: Moment, zone: Word) -> Result {
    let labelled = Moment { time: Time { zone, ..utc.time }, ..utc };
    let made = new_moment(py, class, labelled)?;
    py.call_method(zone, py.intern("fromutc")?, &[made])
}

/// The moment in UTC of seconds since 1970. Errors: `ValueError` outside the years 1 to 9999.
fn utc_moment(py: Py, seconds: i64, micros: i64) -> Result<Moment> {
    let day = seconds.div_euclid(DAY_SECONDS) + EPOCH;
    let Some(date) = Date::from_ordinal(day) else {
        let year = 1970.0 + seconds as f64 / (365.2425 * DAY_SECONDS as f64);
        return Err(super::fields::year_error(py, year.floor() as i64));
    };
    let micros = seconds.rem_euclid(DAY_SECONDS) * SECOND_MICROS + micros;
    Ok(Moment { date, time: Time { micros, fold: false, zone: NONE } })
}

/// A class's datetime of seconds since 1970, in a zone or None for local time.
fn from_seconds(py: Py, class: Word, seconds: i64, micros: i64, zone: Word) -> Result {
    let class = class_of(py, class);
    match zone::check(py, zone)? {
        NONE => new_moment(py, class, local::moment(py, seconds, micros)?),
        zone => in_zone(py, class, utc_moment(py, seconds, micros)?, zone),
    }
}

fn combine(py: Py, a: &[Word]) -> Result {
    let Some(date) = date_of(a[1]) else {
        let name = py.argument_type(a[1]);
        return Err(py.type_error(format!("combine() argument 1 must be datetime.date, not {name}")));
    };
    let Some(time) = time_of(a[2]) else {
        let name = py.argument_type(a[2]);
        return Err(py.type_error(format!("combine() argument 2 must be datetime.time, not {name}")));
    };
    let zone = if a[3] == UNSET { time.zone } else { zone::check(py, a[3])? };
    new_moment(py, class_of(py, a[0]), Moment { date, time: Time { zone, ..time } })
}

fn from_iso_format(py: Py, a: &[Word]) -> Result {
    let text = iso_text(py, a[1])?;
    let fail = |error: &parse::ParseError| parse_error(py, error, a[1]);
    let end = parse::separator(&text).map_err(|error| fail(&error))?;
    let head = text.get(..end).ok_or_else(|| fail(&parse::ParseError::Form))?;
    let date = parse::date(head).map_err(|error| fail(&error))?;
    let date = checked_date(py, date)?;
    if text.len() == end {
        let time = Time { micros: 0, fold: false, zone: NONE };
        return new_moment(py, class_of(py, a[0]), Moment { date, time });
    }
    // The separator is any one character.
    let width = match text[end] {
        0..=0x7f => 1,
        0x80..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    let parsed = parse::time(&text[(end + width).min(text.len())..]).map_err(|error| fail(&error))?;
    let time = checked_parsed(py, &parsed)?;
    let date = match parsed.is_next_day {
        true => match Date::from_ordinal(date.ordinal() + 1) {
            Some(date) => date,
            None => return Err(super::fields::year_error(py, 10_000)),
        },
        false => date,
    };
    new_moment(py, class_of(py, a[0]), Moment { date, time })
}

fn isoformat(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let separator = match a[1] {
        UNSET => b"T".to_vec(),
        given => match py.as_str(given) {
            Some(text) if text.len() == 1 => text.as_bytes().to_vec(),
            Some(text) => {
                let length = text.len();
                return Err(py.type_error(format!(
                    "isoformat() argument 1 must be a unicode character, not a string of length {length}"
                )));
            }
            None => {
                let found = py.argument_type(given);
                let message = format!("isoformat() argument 1 must be a unicode character, not {found}");
                return Err(py.type_error(message));
            }
        },
    };
    let clock = text::time(py, own.time, a[2])?;
    let offset = text::offset(py, own.time.zone, a[0])?;
    py.str_bytes(&[text::date(own.date).as_bytes(), &separator, clock.as_bytes(), offset.as_bytes()].concat())
}

fn replace(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let Date { year, month, day } = own.date;
    let date = Date::new(or(py, a[1], year)?, or(py, a[2], month)?, or(py, a[3], day)?);
    let [hour, minute, second, micros] = own.time.fields();
    let fields = [or(py, a[4], hour)?, or(py, a[5], minute)?, or(py, a[6], second)?, or(py, a[7], micros)?];
    let zone = if a[8] == UNSET { own.time.zone } else { zone::check(py, a[8])? };
    let fold = or(py, a[9], own.time.fold.into())?;
    let moment = Moment { date: checked_date(py, date)?, time: checked_time(py, fields, fold, zone)? };
    new_moment(py, py.type_of(a[0]), moment)
}

/// Seconds and microseconds since 1970.
fn instant(py: Py, value: Word, own: Moment) -> Result<(i64, i64)> {
    let micros = own.time.micros % SECOND_MICROS;
    match offset(py, value, own)? {
        None => Ok((local::to_seconds(py, own)?, micros)),
        Some(offset) => {
            let since = own.micros() - EPOCH * DAY_MICROS - offset;
            Ok((since.div_euclid(SECOND_MICROS), since.rem_euclid(SECOND_MICROS)))
        }
    }
}

fn timestamp(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let (seconds, micros) = instant(py, a[0], own)?;
    Ok(float_word((seconds as f64 * 1e6 + micros as f64) / 1e6))
}

fn as_time_zone(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let class = py.type_of(a[0]);
    let target = match given(a[1]) {
        Some(zone) => zone::check(py, zone)?,
        None => {
            let (seconds, _) = instant(py, a[0], own)?;
            local::zone_at(py, seconds)?
        }
    };
    if own.time.zone == target {
        return Ok(a[0]);
    }
    let own_offset = match offset(py, a[0], own)? {
        Some(offset) => offset,
        None => {
            // Naive: local time.
            let seconds = local::to_seconds(py, own)?;
            (own.clock_seconds() - seconds) * SECOND_MICROS
        }
    };
    match Moment::from_micros(own.micros() - own_offset, NONE) {
        Some(utc) => in_zone(py, class, utc, target),
        None => Err(py.overflow_error("date value out of range")),
    }
}

fn reduce(py: Py, value: Word, has_fold: bool) -> Result {
    let own = receiver(py, value)?;
    let mut bytes = [super::date::pickle(own.date).as_slice(), &pickle(own.time)].concat();
    if has_fold && own.time.fold {
        bytes[2] |= 0x80;
    }
    let bytes = py.new_bytes(&bytes)?;
    let zone = own.time.zone;
    let state = if zone == NONE { py.new_tuple(&[bytes])? } else { py.new_tuple(&[bytes, zone])? };
    py.new_tuple(&[py.type_of(value).word(), state])
}

/// `timetuple()`: with what the zone says of daylight saving time.
fn time_tuple(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let saving = zone::offset(py, own.time.zone, "dst", a[0])?;
    text::time_tuple(py, own.date, own.time.micros, saving.map_or(-1, |saving| i64::from(saving != 0)))
}

fn utc_time_tuple(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let offset = offset(py, a[0], own)?.unwrap_or(0);
    match Moment::from_micros(own.micros() - offset, NONE) {
        Some(utc) => text::time_tuple(py, utc.date, utc.time.micros, 0),
        None => Err(py.overflow_error("date value out of range")),
    }
}

fn deprecated(py: Py, name: &str, instead: &str) -> Result<()> {
    let message = format!(
        "datetime.datetime.{name}() is deprecated and scheduled for removal in a future version. Use timezone-aware objects to represent datetimes in UTC: {instead}."
    );
    py.warn(Ty::DeprecationWarning, &message, 1)
}

pub static COMPARISONS: &[NativeDef] = comparisons!(compare);

pub static METHODS: &[NativeDef] = &[
    def("__hash__", "($self, /)", "Return hash(self).", hash),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let own = receiver(py, a[0])?;
        let Date { year, month, day } = own.date;
        let [hour, minute, ..] = own.time.fields();
        let tail = repr_tail(py, own.time)?;
        py.str(&format!("{}({year}, {month}, {day}, {hour}, {minute}{tail})", py.type_name(a[0])))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        let separator = py.str(" ")?;
        py.call_method(a[0], py.intern("isoformat")?, &[separator])
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| add(py, a[0], a[1], 1)),
    def("__radd__", "($self, value, /)", "Return value+self.", |py, a| add(py, a[0], a[1], 1)),
    def("__sub__", "($self, value, /)", "Return self-value.", subtract),
    def("__reduce_ex__", "($self, proto, /)", "__reduce_ex__(proto) -> (cls, state)", |py, a| {
        reduce(py, a[0], py.index(a[1])? > 3)
    }),
    def("__reduce__", "($self, /)", "__reduce__() -> (cls, state)", |py, a| reduce(py, a[0], false)),
    def(
        "strftime",
        "($self, /, format)",
        "Format using strftime().\n\nExample: \"%d/%m/%Y, %H:%M:%S\"",
        |py, a| {
            let own = receiver(py, a[0])?;
            let tuple = py.call_method(a[0], py.intern("timetuple")?, &[])?;
            text::format(py, a[0], a[1], own.time.micros, own.date, tuple)
        },
    ),
    def("date", "($self, /)", "Return date object with same year, month and day.", |py, a| {
        new_plain_date(py, known(&py.vm().state::<Types>().date), receiver(py, a[0])?.date)
    }),
    def("time", "($self, /)", "Return time object with same time but with tzinfo=None.", |py, a| {
        let time = Time { zone: NONE, ..receiver(py, a[0])?.time };
        new_plain_time(py, known(&py.vm().state::<Types>().time), time)
    }),
    def("timetz", "($self, /)", "Return time object with same time and tzinfo.", |py, a| {
        new_plain_time(py, known(&py.vm().state::<Types>().time), receiver(py, a[0])?.time)
    }),
    def("ctime", "($self, /)", "Return ctime() style string.", |py, a| {
        let own = receiver(py, a[0])?;
        py.str(&text::ctime(own.date, own.time.micros))
    }),
    def("timetuple", "($self, /)", "Return time tuple, compatible with time.localtime().", time_tuple),
    def(
        "utctimetuple",
        "($self, /)",
        "Return UTC time tuple, compatible with time.localtime().",
        utc_time_tuple,
    ),
    def("timestamp", "($self, /)", "Return POSIX timestamp as float.", timestamp),
    def(
        "isoformat",
        "($self, /, sep='T', timespec='auto')",
        "Return the time formatted according to ISO.\n\nThe full format looks like 'YYYY-MM-DD HH:MM:SS.mmmmmm'.\nBy default, the fractional part is omitted if self.microsecond == 0.",
        isoformat,
    ),
    def(
        "utcoffset",
        "($self, /)",
        "Return the timezone offset as timedelta positive east of UTC (negative west of UTC).",
        |py, a| zone::offset_object(py, receiver(py, a[0])?.time.zone, "utcoffset", a[0]),
    ),
    def("dst", "($self, /)", "Return daylight saving time offset as timedelta.", |py, a| {
        zone::offset_object(py, receiver(py, a[0])?.time.zone, "dst", a[0])
    }),
    def("tzname", "($self, /)", "Return the name of the timezone as a string.", |py, a| {
        zone::name(py, receiver(py, a[0])?.time.zone, a[0])
    }),
    def(
        "replace",
        "($self, /, year=unchanged, month=unchanged, day=unchanged,\n        hour=unchanged, minute=unchanged, second=unchanged,\n        microsecond=unchanged, tzinfo=unchanged, *, fold=unchanged)",
        "Return datetime with new specified fields.",
        replace,
    ),
    raw("__replace__", "($self, /, **changes)", "The same as replace().", replace_by_name),
    def("astimezone", "($self, /, tz=None)", "Convert to local time in new timezone tz.", as_time_zone),
    class_method(
        "now",
        "($type, /, tz=None)",
        "Returns new datetime object representing current time local to tz.\n\n  tz\n    Timezone object.\n\nIf no tz is specified, uses local timezone.",
        |py, a| {
            let (seconds, micros) = local::now();
            from_seconds(py, a[0], seconds, micros, a[1])
        },
    ),
    class_method("utcnow", "($type, /)", "Return a new datetime representing UTC day and time.", |py, a| {
        deprecated(py, "utcnow", "datetime.datetime.now(datetime.UTC)")?;
        let (seconds, micros) = local::now();
        new_moment(py, class_of(py, a[0]), utc_moment(py, seconds, micros)?)
    }),
    class_method(
        "fromtimestamp",
        "($type, /, timestamp, tz=None)",
        "Create a datetime from a POSIX timestamp.",
        |py, a| {
            let (seconds, micros) = local::seconds_of(py, a[1])?;
            from_seconds(py, a[0], seconds, micros, a[2])
        },
    ),
    class_method(
        "utcfromtimestamp",
        "($type, timestamp, /)",
        "Create a naive UTC datetime from a POSIX timestamp.",
        |py, a| {
            deprecated(py, "utcfromtimestamp", "datetime.datetime.fromtimestamp(timestamp, datetime.UTC)")?;
            let (seconds, micros) = local::seconds_of(py, a[1])?;
            new_moment(py, class_of(py, a[0]), utc_moment(py, seconds, micros)?)
        },
    ),
    class_method(
        "combine",
        "($type, /, date, time, tzinfo=unchanged)",
        "Construct a datetime from a given date and a given time.",
        combine,
    ),
    class_method(
        "fromisoformat",
        "($type, object, /)",
        "Construct a date from a string in ISO 8601 format.",
        from_iso_format,
    ),
    class_method(
        "strptime",
        "($type, string, format, /)",
        "Parse string according to the given date and time format.",
        |py, a| strptime(py, a, "_strptime_datetime_datetime"),
    ),
    getter("hour", "", |py, a| Ok(small_int(receiver(py, a[0])?.time.fields()[0]))),
    getter("minute", "", |py, a| Ok(small_int(receiver(py, a[0])?.time.fields()[1]))),
    getter("second", "", |py, a| Ok(small_int(receiver(py, a[0])?.time.fields()[2]))),
    getter("microsecond", "", |py, a| Ok(small_int(receiver(py, a[0])?.time.fields()[3]))),
    getter("tzinfo", "", |py, a| Ok(receiver(py, a[0])?.time.zone)),
    getter("fold", "", |py, a| Ok(small_int(receiver(py, a[0])?.time.fold.into()))),
];
