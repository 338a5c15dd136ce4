//! `_datetime`: dates, times, durations and zones. Objects are a few numbers ([`value`]); the calendar ([`calendar`]) and the reading of
//! ISO 8601 ([`parse`]) are plain arithmetic.
//!
//! Local time is `time.localtime`'s. `_pydatetime` stays importable.

mod calendar;
mod date;
mod duration;
mod fields;
mod iso_date;
mod local;
mod moment;
mod parse;
mod text;
mod time;
mod value;
mod zone;

use calendar::Date;
use heap::Gc;
use python_model::class::{NativeClass, add_native, native_type};
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::native::{Constructor, NativeDef};
use python_model::objects::Dict;
use python_model::py::{Py, Result};
use python_model::types::{TypeRef, flags};
use python_model::value::*;
use std::cell::Cell;
use value::{DAY_MICROS, MOST_DAYS, Moment, Time};

#[derive(Default)]
struct Types {
    date: Cell<Option<TypeRef>>,
    time: Cell<Option<TypeRef>>,
    datetime: Cell<Option<TypeRef>>,
    duration: Cell<Option<TypeRef>>,
    tzinfo: Cell<Option<TypeRef>>,
    timezone: Cell<Option<TypeRef>>,
    /// `IsoCalendarDate`
    iso_calendar: Cell<Word>,
    /// `timezone.utc`
    utc: Cell<Word>,
    /// The namespace of the module as it was made first.
    contents: Cell<Word>,
}

pub static MODULE: NativeModule = NativeModule {
    name: "_datetime",
    doc: "Fast implementation of the datetime module.",
    functions: &[],
    fill,
};

fn fill(py: Py, own: Gc<Dict>) -> Result<()> {
    let types = py.vm().state::<Types>();
    crate::filled_once(py, own, &types.contents, |own| {
        let made =
            |name, doc, base, constructor: Constructor, tables: &[&'static [NativeDef]]| -> Result<TypeRef> {
                let constructor = Some(constructor);
                let class = NativeClass {
                    module: "datetime",
                    name,
                    doc,
                    base,
                    flags: 0,
                    constructor,
                    methods: tables[0],
                };
                let class = native_type(py, &class)?;
                for table in &tables[1..] {
                    add_native(py, class, table)?;
                }
                dict::set_symbol(py, own, py.intern(name)?, class.word())?;
                Ok(class)
            };
        let duration = made("timedelta", DURATION_DOC, None, duration::construct, &[duration::METHODS])?;
        types.duration.set(Some(duration));
        let date = made("date", DATE_DOC, None, date::construct, &[date::METHODS, date::COMPARISONS])?;
        types.date.set(Some(date));
        let time = made("time", TIME_DOC, None, time::construct, &[time::METHODS, time::COMPARISONS])?;
        types.time.set(Some(time));
        let tables: &[&'static [NativeDef]] = &[moment::METHODS, moment::COMPARISONS];
        let datetime = made("datetime", DATETIME_DOC, Some(date), moment::construct, tables)?;
        types.datetime.set(Some(datetime));
        let tzinfo = made(
            "tzinfo",
            "Abstract base class for time zone info objects.",
            None,
            zone::construct_tzinfo,
            &[zone::TZINFO_METHODS],
        )?;
        types.tzinfo.set(Some(tzinfo));
        let doc = "Fixed offset from UTC implementation of tzinfo.";
        let timezone = made("timezone", doc, Some(tzinfo), zone::construct, &[zone::METHODS])?;
        timezone.set_flag(flags::FINAL, true);
        types.timezone.set(Some(timezone));
        types.iso_calendar.set(py.vm().immortal(iso_date::make_class(py)?));
        add_constants(py, own, types)
    })
}

fn add_constants(py: Py, own: Gc<Dict>, types: &Types) -> Result<()> {
    let [duration, date_class, time_class, datetime, timezone] =
        [&types.duration, &types.date, &types.time, &types.datetime, &types.timezone].map(value::known);
    let utc = zone::new_fixed(py, 0, UNSET)?;
    types.utc.set(py.vm().immortal(utc));
    let most = i128::from(MOST_DAYS + 1) * i128::from(DAY_MICROS) - 1;
    let micro = value::new_duration(py, 1)?;
    date::add_constants(
        py,
        duration,
        &[
            ("min", value::new_duration(py, -i128::from(MOST_DAYS) * i128::from(DAY_MICROS))?),
            ("max", value::new_duration(py, most)?),
            ("resolution", micro),
        ],
    )?;
    let (first, last) = (Date::new(1, 1, 1), Date::new(9999, 12, 31));
    let day = value::new_duration(py, DAY_MICROS.into())?;
    date::add_constants(
        py,
        date_class,
        &[
            ("min", value::new_plain_date(py, date_class, first)?),
            ("max", value::new_plain_date(py, date_class, last)?),
            ("resolution", day),
        ],
    )?;
    let midnight = Time { micros: 0, fold: false, zone: NONE };
    let latest = Time { micros: DAY_MICROS - 1, ..midnight };
    date::add_constants(
        py,
        time_class,
        &[
            ("min", value::new_plain_time(py, time_class, midnight)?),
            ("max", value::new_plain_time(py, time_class, latest)?),
            ("resolution", micro),
        ],
    )?;
    date::add_constants(
        py,
        datetime,
        &[
            ("min", value::new_plain_moment(py, datetime, Moment { date: first, time: midnight })?),
            ("max", value::new_plain_moment(py, datetime, Moment { date: last, time: latest })?),
            ("resolution", micro),
        ],
    )?;
    let furthest = DAY_MICROS - value::MINUTE_MICROS;
    date::add_constants(
        py,
        timezone,
        &[
            ("utc", utc),
            ("min", zone::new_fixed(py, -furthest, UNSET)?),
            ("max", zone::new_fixed(py, furthest, UNSET)?),
        ],
    )?;
    dict::set_symbol(py, own, py.intern("UTC")?, utc)?;
    dict::set_symbol(py, own, py.intern("MINYEAR")?, small_int(calendar::MIN_YEAR))?;
    dict::set_symbol(py, own, py.intern("MAXYEAR")?, small_int(calendar::MAX_YEAR))
}

const DURATION_DOC: &str = "Difference between two datetime values.\n\ntimedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\nAll arguments are optional and default to 0.\nArguments may be integers or floats, and may be positive or negative.";
const DATE_DOC: &str = "date(year, month, day) --> date object";
const TIME_DOC: &str = "time([hour[, minute[, second[, microsecond[, tzinfo]]]]]) --> a time object\n\nAll arguments are optional. tzinfo may be None, or an instance of\na tzinfo subclass. The remaining arguments may be ints.\n";
const DATETIME_DOC: &str = "datetime(year, month, day[, hour[, minute[, second[, microsecond[,tzinfo]]]]])\n\nThe year, month and day arguments are required. tzinfo may be None, or an\ninstance of a tzinfo subclass. The remaining arguments may be ints.\n";
