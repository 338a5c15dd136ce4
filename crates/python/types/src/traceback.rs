//! Tracebacks.
//!
//! Limits: the frame of an entry that was caught in it has the variables that it has when asked, while it runs; `tb_lineno` is that of
//! the instruction, whatever the constructor was told.

use heap::{Gc, Header, WordSlot};
use python_compile::units;
use python_model::code::Code;
use python_model::frames;
use python_model::native::{Args, NativeDef, NativeType, bind, def, getter, setter};
use python_model::objects::*;
use python_model::py::{Py, Result};
use python_model::signature;
use python_model::types::{Ty, TypeRef};
use python_model::value::*;
use std::cell::Cell;

fn entry(py: Py, value: Word) -> Result<Gc<Traceback>> {
    py.expect(value, Ty::Traceback, "tb_next")
}

fn code(own: Gc<Traceback>) -> &'static Code {
    Code::at(own.code.get() as u64)
}

fn frame(py: Py, a: &[Word]) -> Result {
    Ok(word(frames::of_traceback(py, entry(py, a[0])?)?))
}

fn set_next(py: Py, a: &[Word]) -> Result {
    let own = entry(py, a[0])?;
    if a[1] == UNSET {
        return Err(py.type_error("can't delete tb_next attribute"));
    }
    check_next(py, a[1])?;
    let mut at = a[1];
    while let Some(other) = as_object::<Traceback>(at) {
        if at == word(own) {
            return Err(py.value_error("traceback loop detected"));
        }
        at = other.next.get();
    }
    own.next.set(py.mutator(), own, a[1]);
    Ok(NONE)
}

fn check_next(py: Py, value: Word) -> Result<()> {
    if value != NONE && as_object::<Traceback>(value).is_none() {
        return Err(py.type_error(format!("expected traceback object, got '{}'", py.type_name(value))));
    }
    Ok(())
}

fn construct(py: Py, _class: TypeRef, args: Args) -> Result {
    let signature = signature!("(tb_next, tb_frame, tb_lasti, tb_lineno)");
    let a = bind::<4>(py, "traceback", signature, args)?;
    check_next(py, a[0])?;
    let Some(frame) = as_object::<FrameRef>(a[1]) else {
        return Err(py.type_error(format!(
            "traceback() argument 'tb_frame' must be frame, not {}",
            py.argument_type(a[1])
        )));
    };
    let (offset, _) = (py.index(a[2])?, py.index(a[3])?);
    let pc = units::pc(frame.code().object(), offset).map_or(frame.pc.get(), i64::from);
    Ok(word(py.alloc(Traceback {
        header: Header::EMPTY,
        next: WordSlot::new(a[0]),
        code: Cell::new(frame.code.get()),
        pc: Cell::new(pc),
        frame: WordSlot::new(a[1]),
    })?))
}

static METHODS: &[NativeDef] = &[
    def("__dir__", "($self, /)", "", |py, _| {
        let list = py.new_list(4)?;
        for name in ["tb_frame", "tb_lasti", "tb_lineno", "tb_next"] {
            let name = py.str(name)?;
            python_model::py::list_push(py, list, name)?;
        }
        Ok(word(list))
    }),
    getter("tb_next", "", |py, a| Ok(entry(py, a[0])?.next.get())),
    setter("tb_next", set_next),
    getter("tb_frame", "", frame),
    getter("tb_lasti", "", |py, a| {
        let own = entry(py, a[0])?;
        py.int(units::offset(code(own).object(), own.pc.get() as u32))
    }),
    getter("tb_lineno", "", |py, a| {
        let own = entry(py, a[0])?;
        py.int(i64::from(code(own).line(own.pc.get() as u32)))
    }),
];

pub static TYPES: &[NativeType] = &[NativeType {
    ty: Ty::Traceback,
    doc: "Create a new traceback object.",
    constructor: Some(construct),
    methods: METHODS,
}];
