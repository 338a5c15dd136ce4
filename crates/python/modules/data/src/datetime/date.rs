//! `date`.

use super::calendar::{Date, EPOCH, from_iso_calendar};
use super::fields::{check_given, checked_date, class_of, int, iso_error, iso_text, or, parse_error};
use super::value::*;
use super::{Types, local, parse, text};
use python_model::compact;
use python_model::native::{Args, NativeDef, bind, class_method, def, getter, raw};
use python_model::objects::{Dict, Str};
use python_model::operators::Comparison;
use python_model::py::{Py, Result};
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use python_model::{dict, signature};

pub fn receiver(py: Py, value: Word) -> Result<Date> {
    date_of(value).ok_or_else(|| {
        let name = py.type_name(value);
        py.type_error(format!("descriptor requires a 'datetime.date' object but received a '{name}'"))
    })
}

/// Bytes of a pickled state, in `bytes` or in a string of Python 2's.
pub fn pickled(py: Py, value: Word, length: usize) -> Option<Vec<u8>> {
    let bytes = match V::of(py.base(value)) {
        V::Bytes(bytes) => bytes.items().to_vec(),
        V::Str(text) => python_model::strings::code_points(text.as_bytes())
            .map(|point| u8::try_from(point).ok())
            .collect::<Option<_>>()?,
        _ => return None,
    };
    (bytes.len() == length).then_some(bytes)
}

/// Date of the four first bytes of a state, whose month may carry the fold; `None`: it is none.
pub fn unpickled(bytes: &[u8]) -> Option<(Date, bool)> {
    let (month, fold) = (i64::from(bytes[2] & 0x7f), bytes[2] & 0x80 != 0);
    let year = i64::from(bytes[0]) << 8 | i64::from(bytes[1]);
    (1..=12).contains(&month).then(|| (Date::new(year, month, bytes[3].into()), fold))
}

pub fn construct(py: Py, class: TypeRef, args: Args) -> Result {
    let native = known(&py.vm().state::<Types>().date);
    if let [state] = args.words
        && args.keywords.is_none()
        && let Some((date, false)) = pickled(py, *state, 4).and_then(|bytes| unpickled(&bytes))
    {
        return compact::wrap(py, class, native, new_plain_date(py, native, date)?);
    }
    check_given(py, args.words)?;
    let given: [Word; 3] = match args.words {
        &[year, month, day] if args.keywords.is_none() => [year, month, day],
        _ => bind(py, "function", signature!("(year, month, day)"), args)?,
    };
    let date = Date::new(int(py, given[0], 0)?, int(py, given[1], 0)?, int(py, given[2], 0)?);
    let made = new_plain_date(py, native, checked_date(py, date)?)?;
    compact::wrap(py, class, native, made)
}

fn compare(py: Py, a: &[Word], op: Comparison) -> Result {
    let own = receiver(py, a[0])?;
    // A datetime is no date to compare with.
    match date_of(a[1]) {
        Some(other) if moment_of(a[1]).is_none() => Ok(bool_word(op.holds(own.cmp(&other)))),
        _ => Ok(NOT_IMPLEMENTED),
    }
}

fn add(py: Py, date: Word, duration: Word, sign: i64) -> Result {
    let (Some(own), Some([days, ..])) = (date_of(date), duration_of(duration)) else {
        return Ok(NOT_IMPLEMENTED);
    };
    shifted_date(py, py.type_of(date), own, sign * days)
}

fn subtract(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    if moment_of(a[1]).is_some() {
        return Ok(NOT_IMPLEMENTED);
    }
    match date_of(a[1]) {
        Some(other) => new_duration(py, i128::from(own.ordinal() - other.ordinal()) * i128::from(DAY_MICROS)),
        None => add(py, a[0], a[1], -1),
    }
}

fn replace(py: Py, a: &[Word]) -> Result {
    let own = receiver(py, a[0])?;
    let date = Date::new(or(py, a[1], own.year)?, or(py, a[2], own.month)?, or(py, a[3], own.day)?);
    new_date(py, py.type_of(a[0]), checked_date(py, date)?)
}

/// `__replace__(**changes)` of all classes: `replace` with the same keywords.
pub fn replace_by_name(py: Py, args: Args) -> Result {
    let Some((&own, changes)) = args.words.split_first() else {
        return Err(py.type_error("unbound method __replace__() needs an argument"));
    };
    if args.positional_count() > 1 {
        let given = args.positional_count() - 1;
        return Err(
            py.type_error(format!("__replace__() takes 0 positional arguments but {given} were given"))
        );
    }
    let method = py.get_attr(own, py.intern("replace")?)?;
    py.call_args(method, Args { words: changes, keywords: args.keywords })
}

fn from_timestamp(py: Py, a: &[Word]) -> Result {
    let (seconds, _) = local::seconds_of(py, a[1])?;
    let fields = local::broken_down(py, seconds)?;
    new_date(py, class_of(py, a[0]), checked_date(py, fields.date)?)
}

fn iso_calendar(py: Py, a: &[Word]) -> Result {
    let (year, week, day) = receiver(py, a[0])?.iso_calendar();
    let class = py.vm().state::<Types>().iso_calendar.get();
    py.call(class, &[py.new_tuple(&[year, week, day].map(small_int))?])
}

/// The line of a table for an operator of comparison.
macro_rules! comparisons {
    ($compare:path) => {
        &[
            def("__lt__", "($self, value, /)", "Return self<value.", |py, a| $compare(py, a, Comparison::Lt)),
            def("__le__", "($self, value, /)", "Return self<=value.", |py, a| {
                $compare(py, a, Comparison::Le)
            }),
            def("__eq__", "($self, value, /)", "Return self==value.", |py, a| {
                $compare(py, a, Comparison::Eq)
            }),
            def("__ne__", "($self, value, /)", "Return self!=value.", |py, a| {
                $compare(py, a, Comparison::Ne)
            }),
            def("__gt__", "($self, value, /)", "Return self>value.", |py, a| $compare(py, a, Comparison::Gt)),
            def("__ge__", "($self, value, /)", "Return self>=value.", |py, a| {
                $compare(py, a, Comparison::Ge)
            }),
        ]
    };
}
pub(super) use comparisons;

pub static COMPARISONS: &[NativeDef] = comparisons!(compare);

pub static METHODS: &[NativeDef] = &[
    def("__hash__", "($self, /)", "Return hash(self).", |py, a| {
        hash_point(py, receiver(py, a[0])?.ordinal())
    }),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let Date { year, month, day } = receiver(py, a[0])?;
        py.str(&format!("{}({year}, {month}, {day})", py.type_name(a[0])))
    }),
    def("__str__", "($self, /)", "Return str(self).", |py, a| {
        py.call_method(a[0], py.intern("isoformat")?, &[])
    }),
    def("__add__", "($self, value, /)", "Return self+value.", |py, a| add(py, a[0], a[1], 1)),
    def("__radd__", "($self, value, /)", "Return value+self.", |py, a| add(py, a[0], a[1], 1)),
    def("__sub__", "($self, value, /)", "Return self-value.", subtract),
    def("__reduce__", "($self, /)", "__reduce__() -> (cls, state)", |py, a| {
        let state = py.new_tuple(&[py.new_bytes(&pickle(receiver(py, a[0])?))?])?;
        py.new_tuple(&[py.type_of(a[0]).word(), state])
    }),
    def("__format__", "($self, format_spec, /)", "Formats self with strftime.", text::format_method),
    def(
        "strftime",
        "($self, /, format)",
        "Format using strftime().\n\nExample: \"%d/%m/%Y, %H:%M:%S\"",
        |py, a| {
            let own = receiver(py, a[0])?;
            let tuple = py.call_method(a[0], py.intern("timetuple")?, &[])?;
            text::format(py, a[0], a[1], 0, own, tuple)
        },
    ),
    def("timetuple", "($self, /)", "Return time tuple, compatible with time.localtime().", |py, a| {
        text::time_tuple(py, receiver(py, a[0])?, 0, -1)
    }),
    def("ctime", "($self, /)", "Return ctime() style string.", |py, a| {
        py.str(&text::ctime(receiver(py, a[0])?, 0))
    }),
    def("isoformat", "($self, /)", "Return string in ISO 8601 format, YYYY-MM-DD.", |py, a| {
        py.str(&text::date(receiver(py, a[0])?))
    }),
    def(
        "isocalendar",
        "($self, /)",
        "Return a named tuple containing ISO year, week number, and weekday.",
        iso_calendar,
    ),
    def(
        "isoweekday",
        "($self, /)",
        "Return the day of the week represented by the date.\n\nMonday == 1 ... Sunday == 7",
        |py, a| Ok(small_int(receiver(py, a[0])?.weekday() + 1)),
    ),
    def(
        "weekday",
        "($self, /)",
        "Return the day of the week represented by the date.\n\nMonday == 0 ... Sunday == 6",
        |py, a| Ok(small_int(receiver(py, a[0])?.weekday())),
    ),
    def(
        "toordinal",
        "($self, /)",
        "Return proleptic Gregorian ordinal.\n\nJanuary 1 of year 1 is day 1.",
        |py, a| Ok(small_int(receiver(py, a[0])?.ordinal())),
    ),
    def(
        "replace",
        "($self, /, year=unchanged, month=unchanged, day=unchanged)",
        "Return date with new specified fields.",
        replace,
    ),
    raw("__replace__", "($self, /, **changes)", "The same as replace().", replace_by_name),
    class_method("today", "($type, /)", "Return the current date.", |py, a| {
        let (seconds, micros) = local::now();
        let now = float_word(seconds as f64 + micros as f64 / 1e6);
        py.call_method(a[0], py.intern("fromtimestamp")?, &[now])
    }),
    class_method(
        "fromtimestamp",
        "($type, timestamp, /)",
        "Create a date from a POSIX timestamp.",
        from_timestamp,
    ),
    class_method(
        "fromordinal",
        "($type, ordinal, /)",
        "Construct a date from a proleptic Gregorian ordinal.",
        |py, a| {
            let ordinal = int(py, a[1], 0)?;
            if ordinal < 1 {
                return Err(py.value_error("ordinal must be >= 1"));
            }
            match Date::from_ordinal(ordinal) {
                Some(date) => new_date(py, class_of(py, a[0]), date),
                None => Err(super::fields::year_error(py, ordinal_year(ordinal))),
            }
        },
    ),
    class_method(
        "fromisoformat",
        "($type, object, /)",
        "Construct a date from a string in ISO 8601 format.",
        |py, a| {
            let text = iso_text(py, a[1])?;
            match parse::date(&text) {
                Ok(date) => new_date(py, class_of(py, a[0]), checked_date(py, date)?),
                Err(error) => Err(parse_error(py, &error, a[1])),
            }
        },
    ),
    class_method(
        "fromisocalendar",
        "($type, /, year, week, day)",
        "Construct a date from ISO year, week number and weekday.",
        |py, a| {
            let beyond = |_| {
                py.take_if(Ty::OverflowError).map_or(metatrace_machine::Raised, |_| {
                    py.value_error("ISO calendar component out of range")
                })
            };
            let part = |at: usize| int(py, a[at], 0).map_err(beyond);
            let [year, week, day] = [part(1)?, part(2)?, part(3)?];
            match from_iso_calendar(year, week, day) {
                Ok(date) => new_date(py, class_of(py, a[0]), date),
                Err(error) => Err(iso_error(py, &error, year, week, day)),
            }
        },
    ),
    class_method(
        "strptime",
        "($type, string, format, /)",
        "Parse string according to the given date format.",
        |py, a| strptime(py, a, "_strptime_datetime_date"),
    ),
    getter("year", "", |py, a| Ok(small_int(receiver(py, a[0])?.year))),
    getter("month", "", |py, a| Ok(small_int(receiver(py, a[0])?.month))),
    getter("day", "", |py, a| Ok(small_int(receiver(py, a[0])?.day))),
];

/// The year of an ordinal beyond the calendar.
fn ordinal_year(ordinal: i64) -> i64 {
    let cycles = (ordinal - EPOCH) / 146_097 + 1;
    Date::from_ordinal(ordinal - cycles * 146_097).map_or(0, |date| date.year + 400 * cycles)
}

/// `strptime` of each class: by a function of `_strptime`.
pub fn strptime(py: Py, a: &[Word], function: &str) -> Result {
    for (at, value) in [(1, a[1]), (2, a[2])] {
        if as_object::<Str>(value).is_none() && py.as_str(value).is_none() {
            let found = py.argument_type(value);
            return Err(py.type_error(format!("strptime() argument {at} must be str, not {found}")));
        }
    }
    py.call(py.import_from("_strptime", function)?, &[a[0], a[1], a[2]])
}

/// The bytes of a pickled date.
pub fn pickle(date: Date) -> [u8; 4] {
    [(date.year >> 8) as u8, date.year as u8, date.month as u8, date.day as u8]
}

/// Adds constants to a class.
pub fn add_constants(py: Py, class: TypeRef, constants: &[(&str, Word)]) -> Result<()> {
    let namespace: heap::Gc<Dict> = class.object().dict.get().expect("a type has a namespace");
    for (name, value) in constants {
        dict::set_symbol(py, namespace, py.intern(name)?, *value)?;
    }
    Ok(())
}
