//! A few layouts and functions for the tests of the textual IR and of the IR interpreter.
#![allow(dead_code)]

use heap::{Header, Layout, WordSlot};
use metatrace_ir::DescrTable;
use metatrace_machine::{CallDescr, CallTarget, Context, Effects, Footprint, Kind, NanBox};
use std::cell::Cell;

#[derive(heap::Layout)]
#[layout(id = 2001, name = "point")]
#[repr(C)]
pub struct Point {
    pub header: Header,
    pub x: WordSlot,
    #[field(immutable)]
    pub y: Cell<f64>,
    pub flag: Cell<bool>,
    pub small: Cell<u16>,
    pub next: heap::Slot<Point>,
}

extern "C" fn add_three(_: *mut Context, a: u64, b: u64, c: u64) -> u64 {
    a.wrapping_add(b).wrapping_add(c)
}

extern "C" fn fail_if_negative(context: *mut Context, a: u64) -> u64 {
    if (a as i64) < 0 {
        // SAFETY: residual functions are called with the context of their thread.
        unsafe { (*context).raised.set(a) };
    }
    a
}

pub static ADD_THREE: CallDescr = CallDescr {
    name: "add_three",
    target: CallTarget::new(add_three as *const ()),
    params: &[Kind::Int, Kind::Int, Kind::Int],
    result: Some(Kind::Int),
    effects: Effects::PURE,
};

pub static FAIL_IF_NEGATIVE: CallDescr = CallDescr {
    name: "fail_if_negative",
    target: CallTarget::new(fail_if_negative as *const ()),
    params: &[Kind::Int],
    result: Some(Kind::Int),
    effects: Effects::PURE.raising(),
};

extern "C" fn count(_: *mut Context, point: u64) -> u64 {
    // SAFETY: traces pass a live point.
    let small = unsafe { &(*(point as *const Point)).small };
    small.set(small.get() + 1);
    u64::from(small.get())
}

/// Says what it does.
pub static COUNT: CallDescr = CallDescr {
    name: "count",
    target: CallTarget::new(count as *const ()),
    params: &[Kind::Ref],
    result: Some(Kind::Int),
    effects: Effects {
        elidable: false,
        writes: Footprint::Only { fields: &[Point::SMALL], arrays: &[] },
        ..Effects::PURE
    },
};

/// Says that it writes another field.
pub static COUNT_SECRETLY: CallDescr = CallDescr {
    name: "count_secretly",
    effects: Effects { writes: Footprint::Only { fields: &[Point::FLAG], arrays: &[] }, ..COUNT.effects },
    ..COUNT
};

/// Says that it is pure.
pub static COUNT_PURELY: CallDescr = CallDescr { name: "count_purely", effects: Effects::PURE, ..COUNT };

pub const MAIN: u64 = 0x1000;

/// The names that the tests use.
pub fn names() -> DescrTable {
    let mut names = DescrTable::new();
    names.use_encoding::<NanBox>();
    names.add_layout(Point::DESCR);
    names.add_layout_id("point2", heap::LayoutId(5000));
    names.add_call(&ADD_THREE).add_call(&FAIL_IF_NEGATIVE);
    names.add_call(&COUNT).add_call(&COUNT_SECRETLY).add_call(&COUNT_PURELY);
    names.add_address("main", MAIN).add_address("callee", 0x2000).add_address("fib", 0x3000);
    names.add_array(
        "list",
        metatrace_ir::ArrayKey::new(heap::ArrayDescr {
            layout: heap::LayoutId(2002),
            item: heap::FieldKind::Value,
            length_offset: 8,
            items_offset: 16,
            immutable: false,
        }),
    );
    names
}
