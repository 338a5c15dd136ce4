//! `IsoCalendarDate`: the tuple that `isocalendar()` returns, with names.

use python_model::class::{NativeClass, native_type};
use python_model::native::{NativeDef, def, getter};
use python_model::objects::Tuple;
use python_model::py::{Py, Result};
use python_model::types::{Ty, flags};
use python_model::value::*;

fn item(py: Py, value: Word, at: usize) -> Result {
    match py.cast::<Tuple>(value) {
        Some(tuple) if at < tuple.items().len() => Ok(tuple.items()[at].get()),
        _ => Err(py.type_error("descriptor requires a 'datetime.IsoCalendarDate' object")),
    }
}

static METHODS: &[NativeDef] = &[
    getter("year", "", |py, a| item(py, a[0], 0)),
    getter("week", "", |py, a| item(py, a[0], 1)),
    getter("weekday", "", |py, a| item(py, a[0], 2)),
    def("__repr__", "($self, /)", "Return repr(self).", |py, a| {
        let part = |at: usize| -> Result<String> { py.repr_text(item(py, a[0], at)?) };
        let (year, week, day) = (part(0)?, part(1)?, part(2)?);
        py.str(&format!("{}(year={year}, week={week}, weekday={day})", py.type_name(a[0])))
    }),
    def("__reduce__", "($self, /)", "", |py, a| {
        // As a plain tuple: the class has no name to be found by.
        let items = py.new_tuple(&[item(py, a[0], 0)?, item(py, a[0], 1)?, item(py, a[0], 2)?])?;
        let arguments = py.new_tuple(&[items])?;
        py.new_tuple(&[py.ty(Ty::Tuple).word(), arguments])
    }),
];

pub fn make_class(py: Py) -> Result {
    let class = NativeClass {
        module: "datetime",
        name: "IsoCalendarDate",
        doc: "",
        base: Some(py.ty(Ty::Tuple)),
        flags: flags::FINAL,
        constructor: None,
        methods: METHODS,
    };
    Ok(native_type(py, &class)?.word())
}
