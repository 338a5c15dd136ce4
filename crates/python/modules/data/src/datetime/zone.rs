//! `tzinfo` and `timezone`, and asking any zone for its offset, name and daylight saving time.

use super::value::*;
use super::{Types, duration};
use python_model::compact::{self, Kind};
use python_model::native::{Args, NativeDef, bind, def};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::TypeRef;
use python_model::value::*;
use python_model::{instance, signature};

/// Whether a value is an instance of `tzinfo`.
pub fn is_zone(py: Py, value: Word) -> bool {
    py.type_of(value).is_subtype(known(&py.vm().state::<Types>().tzinfo))
}

/// A `tzinfo` argument: None or a zone. Errors: `TypeError`.
pub fn check(py: Py, value: Word) -> Result<Word> {
    match value {
        UNSET | NONE => Ok(NONE),
        zone if is_zone(py, zone) => Ok(zone),
        other => {
            let name = py.type_name(other);
            Err(py.type_error(format!(
                "tzinfo argument must be None or of a tzinfo subclass, not type '{name}'"
            )))
        }
    }
}

fn out_of_range(py: Py, offset: Word) -> metatrace_machine::Raised {
    match py.repr_text(offset) {
        Ok(shown) => py.value_error(format!(
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24), not {shown}"
        )),
        Err(raised) => raised,
    }
}

/// What a zone's method `utcoffset` or `dst` says of a datetime or None, in microseconds. `None`: it does not know.
/// Errors: `TypeError`, `ValueError` if it says something else.
pub fn offset(py: Py, zone: Word, method: &str, argument: Word) -> Result<Option<i64>> {
    if zone == NONE {
        return Ok(None);
    }
    if py.type_of(zone).is(known(&py.vm().state::<Types>().timezone))
        && let Some((offset, _)) = zone_of(zone)
    {
        return Ok((method == "utcoffset").then_some(offset));
    }
    let answer = py.call_method(zone, py.intern(method)?, &[argument])?;
    if answer == NONE {
        return Ok(None);
    }
    let Some(micros) = micros_of(answer) else {
        let name = py.type_name(answer);
        return Err(py.type_error(format!("tzinfo.{method}() must return None or timedelta, not '{name}'")));
    };
    if micros.abs() >= i128::from(DAY_MICROS) {
        return Err(out_of_range(py, answer));
    }
    Ok(Some(micros as i64))
}

/// The same as an object: a duration or None.
pub fn offset_object(py: Py, zone: Word, method: &str, argument: Word) -> Result {
    match offset(py, zone, method, argument)? {
        None => Ok(NONE),
        Some(micros) => new_duration(py, micros.into()),
    }
}

/// The zone's name for a datetime or None.
pub fn name(py: Py, zone: Word, argument: Word) -> Result {
    if zone == NONE {
        return Ok(NONE);
    }
    let answer = py.call_method(zone, py.intern("tzname")?, &[argument])?;
    if answer != NONE && py.as_str(answer).is_none() {
        let name = py.type_name(answer);
        return Err(py.type_error(format!("tzinfo.tzname() must return None or a string, not '{name}'")));
    }
    Ok(answer)
}

/// `+hh:mm[:ss[.ffffff]]`
pub fn offset_text(offset: i64, separator: &str) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let micros = offset.abs();
    let (hours, minutes) = (micros / HOUR_MICROS, micros / MINUTE_MICROS % 60);
    let (seconds, rest) = (micros / SECOND_MICROS % 60, micros % SECOND_MICROS);
    let mut text = format!("{sign}{hours:02}{separator}{minutes:02}");
    if seconds != 0 || rest != 0 {
        text += &format!("{separator}{seconds:02}");
    }
    if rest != 0 {
        text += &format!(".{rest:06}");
    }
    text
}

/// A `timezone`; that of UTC is always the same object. `name`: a string or UNSET.
pub fn new_fixed(py: Py, offset: i64, name: Word) -> Result {
    let types = py.vm().state::<Types>();
    if offset == 0 && name == UNSET && types.utc.get() != 0 {
        return Ok(types.utc.get());
    }
    if offset.abs() >= DAY_MICROS {
        return Err(out_of_range(py, new_duration(py, offset.into())?));
    }
    let name = if name == UNSET { NONE } else { name };
    compact::new(py, known(&types.timezone), Kind::TimeZone, [offset, 0, 0], name)
}

pub fn construct_tzinfo(py: Py, class: TypeRef, _args: Args) -> Result {
    instance::new(py, class, UNSET)
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let [offset, name] = bind(py, "timezone", signature!("(offset, name=None)"), args)?;
    let Some(micros) = micros_of(offset) else {
        let found = py.argument_type(offset);
        return Err(py.type_error(format!("timezone() argument 1 must be datetime.timedelta, not {found}")));
    };
    if name != UNSET && py.as_str(name).is_none() {
        let found = py.argument_type(name);
        return Err(py.type_error(format!("timezone() argument 2 must be str, not {found}")));
    }
    if micros.abs() >= i128::from(DAY_MICROS) {
        return Err(out_of_range(py, offset));
    }
    let made = new_fixed(py, micros as i64, name)?;
    compact::wrap(py, class, known(&py.vm().state::<Types>().timezone), made)
}

fn receiver(py: Py, value: Word) -> Result<(i64, Word)> {
    zone_of(value).ok_or_else(|| py.type_error("descriptor requires a 'datetime.timezone' object"))
}

/// The argument of a fixed zone's methods, which is not looked at further.
fn check_argument(py: Py, value: Word, method: &str) -> Result<()> {
    if value == NONE || moment_of(value).is_some() {
        return Ok(());
    }
    let name = py.type_name(value);
    Err(py.type_error(format!("{method}(dt) argument must be a datetime instance or None, not {name}")))
}

/// `str(zone)`: its name if it was given one.
fn shown(py: Py, own: (i64, Word)) -> Result {
    match own {
        (0, NONE) => py.str("UTC"),
        (offset, NONE) => py.str(&format!("UTC{}", offset_text(offset, ":"))),
        (_, name) => Ok(name),
    }
}

fn repr(py: Py, a: &[Word]) -> Result {
    let (offset, name) = receiver(py, a[0])?;
    if a[0] == py.vm().state::<Types>().utc.get() {
        return py.str("datetime.timezone.utc");
    }
    let class = py.type_name(a[0]);
    let offset = duration::repr(py, new_duration(py, offset.into())?)?;
    if name == NONE {
        return py.str(&format!("{class}({offset})"));
    }
    py.str(&format!("{class}({offset}, {})", py.repr_text(name)?))
}

fn equal(py: Py, a: &[Word], op: Comparison) -> Result {
    let (own, _) = receiver(py, a[0])?;
    Ok(zone_of(a[1]).map_or(NOT_IMPLEMENTED, |(other, _)| bool_word(op.holds(own.cmp(&other)))))
}

fn moment_with_zone(py: Py, zone: Word, value: Word) -> Result<Moment> {
    let Some(moment) = moment_of(value) else {
        return Err(py.type_error("fromutc: argument must be a datetime"));
    };
    if moment.time.zone != zone {
        return Err(py.value_error("fromutc: dt.tzinfo is not self"));
    }
    Ok(moment)
}

/// `tzinfo.fromutc(dt)`: by what the zone says of the datetime as if it were local.
fn from_utc(py: Py, a: &[Word]) -> Result {
    let moment = moment_with_zone(py, a[0], a[1])?;
    let class = py.type_of(a[1]);
    let Some(offset_then) = offset(py, a[0], "utcoffset", a[1])? else {
        return Err(py.value_error("fromutc: non-None utcoffset() result required"));
    };
    let Some(saving) = offset(py, a[0], "dst", a[1])? else {
        return Err(py.value_error("fromutc: non-None dst() result required"));
    };
    let standard = offset_then - saving;
    let local = shifted(py, class, moment, standard.into())?;
    let Some(saving) = offset(py, a[0], "dst", local)? else {
        let message = "fromutc: tz.dst() gave inconsistent results; cannot convert";
        return Err(py.value_error(message));
    };
    match moment_of(local) {
        Some(moment) if saving != 0 => shifted(py, class, moment, saving.into()),
        _ => Ok(local),
    }
}

/// A method of `tzinfo` that subclasses must have.
macro_rules! abstract_method {
    ($name:literal, $doc:literal) => {
        def($name, "($self, object, /)", $doc, |py, _| {
            Err(py.not_implemented_error(concat!("a tzinfo subclass must implement ", $name, "()")))
        })
    };
}

pub static TZINFO_METHODS: &[NativeDef] = &[
    abstract_method!(
        "utcoffset",
        "datetime -> timedelta showing offset from UTC, negative values indicating West of UTC"
    ),
    abstract_method!("dst", "datetime -> DST offset as timedelta positive east of UTC."),
    abstract_method!("tzname", "datetime -> string name of time zone."),
    def("fromutc", "($self, object, /)", "datetime in UTC -> datetime in local time.", from_utc),
    def("__reduce__", "($self, /)", "-> (cls, state)", |py, a| {
        let arguments = match py.get_attr_opt(a[0], py.intern("__getinitargs__")?)? {
            Some(method) => py.call(method, &[])?,
            None => py.new_tuple(&[])?,
        };
        let state = py.call_method(a[0], py.intern("__getstate__")?, &[])?;
        py.new_tuple(&[py.type_of(a[0]).word(), arguments, state])
    }),
];

pub static METHODS: &[NativeDef] = &[
    def("__repr__", "($self, /)", "Return repr(self).", repr),
    def("__str__", "($self, /)", "Return str(self).", |py, a| shown(py, receiver(py, a[0])?)),
    def("__eq__", "($self, value, /)", "Return self==value.", |py, a| equal(py, a, Comparison::Eq)),
    def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| equal(py, a, Comparison::Ne)),
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        let (offset, _) = receiver(py, a[0])?;
        py.int(py.hash(new_duration(py, offset.into())?)?)
    }),
    def("__getinitargs__", "($self, /)", "pickle support", |py, a| {
        let (offset, name) = receiver(py, a[0])?;
        let offset = new_duration(py, offset.into())?;
        if name == NONE { py.new_tuple(&[offset]) } else { py.new_tuple(&[offset, name]) }
    }),
    def(
        "tzname",
        "($self, object, /)",
        "If name is specified when timezone is created, returns the name.  Otherwise returns offset as 'UTC(+|-)HH:MM'.",
        |py, a| {
            check_argument(py, a[1], "tzname")?;
            shown(py, receiver(py, a[0])?)
        },
    ),
    def("utcoffset", "($self, object, /)", "Return fixed offset.", |py, a| {
        check_argument(py, a[1], "utcoffset")?;
        new_duration(py, receiver(py, a[0])?.0.into())
    }),
    def("dst", "($self, object, /)", "Return None.", |py, a| {
        check_argument(py, a[1], "dst")?;
        Ok(NONE)
    }),
    def("fromutc", "($self, object, /)", "datetime in UTC -> datetime in local time.", |py, a| {
        let moment = moment_with_zone(py, a[0], a[1])?;
        shifted(py, py.type_of(a[1]), moment, receiver(py, a[0])?.0.into())
    }),
];
