//! Loads, stores, barriers and allocation, against a real heap under stress.

mod rig;

use heap::{ArrayDescr, FieldDescr, Gc, Header, Layout, Root, Slot, WordSlot};
use metatrace_ir::{ArrayKey, Aux, Const, FieldKey, Opcode, Operand, SnapshotIndex, UnitId};
use metatrace_machine::Encoding;
use metatrace_machine::{CallDescr, CallTarget, Context, Effects, Kind, NanBox, RawWidth, WideInt};
use rig::*;
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

fn zoo(rig: &Rig) -> Gc<Zoo> {
    let zoo = rig
        .mutator
        .alloc(Zoo {
            header: Header::EMPTY,
            value: WordSlot::new(tagged_int(-1)),
            reference: Slot::NULL,
            i64: Cell::new(i64::MIN),
            f64: Cell::new(-0.0),
            i32: Cell::new(i32::MIN),
            u32: Cell::new(u32::MAX),
            word: Cell::new(u64::MAX),
            u16: Cell::new(u16::MAX),
            u8: Cell::new(u8::MAX),
            bool: Cell::new(true),
        })
        .unwrap();
    heap::pin(zoo);
    zoo
}

const FIELDS: [FieldDescr; 10] = [
    Zoo::VALUE,
    Zoo::REFERENCE,
    Zoo::I64,
    Zoo::F64,
    Zoo::I32,
    Zoo::U32,
    Zoo::WORD,
    Zoo::U16,
    Zoo::U8,
    Zoo::BOOL,
];

#[test]
fn loads_of_every_field_kind_extend_as_the_kind_says() {
    let mut rig = Rig::new();
    let zoo = zoo(&rig);
    let expected = [
        tagged_int(-1),
        0,
        i64::MIN as u64,
        (-0.0f64).to_bits(),
        i32::MIN as i64 as u64,
        u64::from(u32::MAX),
        u64::MAX,
        u64::from(u16::MAX),
        u64::from(u8::MAX),
        1,
    ];
    for (field, expected) in FIELDS.into_iter().zip(expected) {
        let mut u = unit();
        let [object] = u.label(0, [Kind::Ref]);
        let value = u.load(field, object);
        u.finish(value);
        let kind = FieldKey::new(field).kind();
        assert_eq!(rig.run(u, &[zoo.address() as u64]), returned(kind, expected), "{}", field.name);
    }
}

#[test]
fn stores_touch_their_field_only() {
    let mut rig = Rig::new();
    let zoo = zoo(&rig);
    for field in FIELDS {
        let key = FieldKey::new(field);
        let word = if key.kind() == Kind::Bool { 0 } else { 0x0102_0304_0506_0708 };
        // SAFETY: the object is live and as large as its layout says.
        let words =
            || unsafe { std::slice::from_raw_parts(zoo.address() as *const u8, size_of::<Zoo>()) }.to_vec();
        let before = words();
        let mut u = unit();
        let [object, value] = u.label(0, [Kind::Ref, key.kind()]);
        u.store(field, object, value);
        u.finish(value);
        assert_eq!(rig.run(u, &[zoo.address() as u64, word]).payload, word);
        let mut expected = before;
        let bytes = metatrace_ir::size_bytes(field.kind);
        expected[field.offset as usize..][..bytes].copy_from_slice(&word.to_le_bytes()[..bytes]);
        assert_eq!(words(), expected, "{}", field.name);
    }
}

#[test]
fn a_layout_change_keeps_size_flags_and_stamp() {
    for exact_headers in [false, true] {
        let mut rig = Rig::new();
        rig.cells.exact_headers = exact_headers;
        let cons = rig
            .mutator
            .alloc(Cons { header: Header::EMPTY, head: WordSlot::new(0), tail: Slot::NULL })
            .unwrap();
        heap::pin(cons);
        let before = cons.header.word();
        let mut u = unit();
        let [object] = u.label(0, [Kind::Ref]);
        u.op_aux(Opcode::SetLayout, None, &[object], Aux::layout(Snoc::ID));
        u.finish(object);
        rig.run(u, &[cons.address() as u64]);
        assert_eq!(cons.header.layout_id(), Snoc::ID);
        assert_eq!(cons.header.word() >> 24, before >> 24);
    }
}

fn item(u: &mut Unit, array: ArrayDescr, object: Operand, index: Operand) -> Operand {
    let key = ArrayKey::new(array);
    u.op_aux(Opcode::LoadItem, Some(key.kind()), &[object, index], Aux::array(key))
}
fn store_item(u: &mut Unit, array: ArrayDescr, object: Operand, index: Operand, value: Operand) {
    u.op_aux(Opcode::StoreItem, None, &[object, index, value], Aux::array(ArrayKey::new(array)));
}
fn len(u: &mut Unit, array: ArrayDescr, object: Operand) -> Operand {
    u.op_aux(Opcode::ArrayLen, Some(Kind::Int), &[object], Aux::array(ArrayKey::new(array)))
}

#[test]
fn items_are_addressed_by_their_size() {
    let mut rig = Rig::new();
    for (array, kind, fill) in [
        (Values::ITEMS_ARRAY, Kind::Value, tagged_int(5)),
        (Floats::ITEMS_ARRAY, Kind::Float, 1.25f64.to_bits()),
        (Bytes::ITEMS_ARRAY, Kind::Int, 0xFE),
    ] {
        for length in [0u64, 1, 2, 7, 8, 9, 100, 1000, 5000] {
            for is_constant in [false, true] {
                let mut u = unit();
                let [n, x, last] = u.label(0, [Kind::Int, kind, Kind::Int]);
                let n = if is_constant { u.int(length as i64) } else { n };
                let object =
                    u.op_aux(Opcode::NewArray, Some(Kind::Ref), &[n, x], Aux::array(ArrayKey::new(array)));
                let count = len(&mut u, array, object);
                let same = u.op(Opcode::IntEq, &[count, n]);
                let snapshot = u.snapshot(&[]);
                u.guard(Opcode::GuardTrue, &[same], Aux::NONE, snapshot);
                let zero = u.int(0);
                let read = if length == 0 {
                    x
                } else {
                    let first = item(&mut u, array, object, zero);
                    store_item(&mut u, array, object, last, first);
                    item(&mut u, array, object, last)
                };
                u.finish(read);
                let outcome = rig.run(u, &[length, fill, length.saturating_sub(1)]);
                assert_eq!(outcome, returned(kind, fill), "{length} {kind:?}");
            }
        }
    }
    rig.mutator.collect_major();
}

#[test]
fn every_item_is_filled_and_the_array_ends_where_it_should() {
    let mut rig = Rig::with_heap(&["verify"]);
    for length in [0u64, 1, 3, 8, 9, 64, 126, 127, 128, 4000] {
        let mut u = unit();
        let [n] = u.label(0, [Kind::Int]);
        let fill = u.word(tagged_int(77));
        let key = Aux::array(ArrayKey::new(Values::ITEMS_ARRAY));
        let first = u.op_aux(Opcode::NewArray, Some(Kind::Ref), &[n, fill], key);
        let second = u.op_aux(Opcode::NewArray, Some(Kind::Ref), &[n, fill], key);
        let _ = second;
        u.finish(first);
        let outcome = rig.run(u, &[length]);
        // SAFETY: the unit returned an array.
        let array: Gc<Values> = unsafe { Gc::from_address(outcome.payload as usize) };
        assert_eq!(array.len.get(), length as i64);
        // SAFETY: the array has that many items.
        let items = unsafe { array.items.slice(length as usize) };
        assert!(items.iter().all(|w| w.get() == tagged_int(77)));
        rig.mutator.collect_minor();
        heap::keep(array);
    }
}

#[test]
fn raw_memory_of_every_width() {
    let mut rig = Rig::new();
    let memory = [const { AtomicU64::new(0) }; 4];
    let base = memory.as_ptr() as u64;
    for width in RawWidth::ALL {
        // Unaligned on purpose.
        for offset in [0u64, 3, 9] {
            let (kind, word) = match width {
                RawWidth::F32 => (Kind::Float, 1.5f64.to_bits()),
                RawWidth::F64 => (Kind::Float, f64::MIN_POSITIVE.to_bits()),
                _ => (Kind::Int, 0xF1F2_F3F4_F5F6_F7F8),
            };
            let mut u = unit();
            let [address, offset_param, value] = u.label(0, [Kind::Int, Kind::Int, kind]);
            u.op_aux(Opcode::StoreRaw, None, &[address, offset_param, value], Aux::raw(width));
            let read = u.op_aux(Opcode::LoadRaw, Some(kind), &[address, offset_param], Aux::raw(width));
            u.finish(read);
            let expected = match width {
                RawWidth::I8 => word as i8 as u64,
                RawWidth::U8 => u64::from(word as u8),
                RawWidth::I16 => word as i16 as u64,
                RawWidth::U16 => u64::from(word as u16),
                RawWidth::I32 => word as i32 as u64,
                RawWidth::U32 => u64::from(word as u32),
                _ => word,
            };
            assert_eq!(rig.run(u, &[base, offset, word]), returned(kind, expected), "{}", width.name());
        }
    }
    // The last store: the smallest normal double at bytes 9 to 16.
    assert_eq!(memory[2].load(Ordering::Relaxed).to_le_bytes()[0], f64::MIN_POSITIVE.to_le_bytes()[7]);
}

#[test]
fn integers_outside_the_immediate_range_get_a_heap_box() {
    for gc in [&[][..], &["every-alloc"]] {
        let mut rig = Rig::with_heap(gc);
        let mut u = unit();
        let [i] = u.label(0, [Kind::Int]);
        let boxed = u.op(Opcode::BoxInt, &[i]);
        u.finish(boxed);
        let compiled = rig.compile(u, 0);
        for i in [1i64 << 49, -(1 << 49) - 1, i64::MAX, i64::MIN] {
            let outcome = rig.enter(&compiled, 0, &[i as u64]);
            // SAFETY: an integer that does not fit an immediate is boxed as a `WideInt`.
            let wide: Gc<WideInt> = unsafe { Gc::<WideInt>::from_address(outcome.payload as usize) };
            assert_eq!((wide.layout_id(), wide.value.get()), (WideInt::ID, i));
        }
        assert_eq!(rig.enter(&compiled, 0, &[5]), returned(Kind::Value, tagged_int(5)));
        let mut u = unit();
        u.label(0, []);
        let max = u.int(i64::MAX);
        let boxed = u.op(Opcode::BoxInt, &[max]);
        u.finish(boxed);
        let outcome = rig.run(u, &[]);
        // SAFETY: as above.
        assert_eq!(unsafe { Gc::<WideInt>::from_address(outcome.payload as usize) }.value.get(), i64::MAX);
    }
}

/// Builds a list of `n` boxed integers, some of them wide:
/// `while n > 0 { list = Cons(box(n * step), list); n -= 1 }`.
fn list_loop() -> Unit {
    let mut u = unit();
    let [n, step, list] = u.label(0, [Kind::Int, Kind::Int, Kind::Ref]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[list]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let product = u.op(Opcode::IntMul, &[n, step]);
    let boxed = u.op(Opcode::BoxInt, &[product]);
    let cell = u.new_object::<Cons>();
    u.store(Cons::HEAD, cell, boxed);
    u.store(Cons::TAIL, cell, list);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 0, &[n, step, cell]);
    u
}

/// Precondition: the word is an integer.
fn integer_of(word: u64) -> i64 {
    if NanBox::is_int(&mut metatrace_machine::Host, word) {
        return NanBox::unbox_int(&mut metatrace_machine::Host, word) as i64;
    }
    // SAFETY: an integer that is no immediate is a wide one.
    unsafe { Gc::<WideInt>::from_address(word as usize) }.value.get()
}

fn heads(list: u64) -> Vec<i64> {
    let mut all = Vec::new();
    let mut next = list as usize;
    while next != 0 {
        // SAFETY: the unit built a list of `Cons` cells.
        let cons: Gc<Cons> = unsafe { Gc::from_address(next) };
        let head = cons.head.get();
        all.push(integer_of(head));
        next = cons.tail.get().map_or(0, Gc::address);
    }
    all
}

#[test]
fn a_loop_that_allocates_survives_collections() {
    let knobs: &[&[&str]] = &[
        &[],
        &["every-alloc"],
        &["every-alloc", "always-evacuate", "poison", "verify"],
        &["tiny-nursery", "verify"],
        &["every-7", "no-evacuate", "verify"],
    ];
    for gc in knobs {
        for gc_every_alloc in [false, true] {
            let mut rig = Rig::with_heap(gc);
            rig.options.gc_every_alloc = gc_every_alloc;
            let compiled = rig.compile(list_loop(), 0);
            for step in [1i64, 1 << 47] {
                let count = 300;
                assert_eq!(rig.enter(&compiled, 0, &[count, step as u64, 0]), exit(0));
                let expected: Vec<i64> = (1..=count as i64).map(|n| n * step).collect();
                assert_eq!(heads(rig.transfer(1)[0]), expected, "{gc:?}");
            }
        }
    }
}

/// `owner.tail = Cons(v, owner.tail)`, `times` times: stores of young objects into an old one.
fn push_loop() -> Unit {
    let mut u = unit();
    let [n, owner] = u.label(0, [Kind::Int, Kind::Ref]);
    let zero = u.int(0);
    let more = u.op(Opcode::IntGt, &[n, zero]);
    let snapshot = u.snapshot(&[]);
    u.guard(Opcode::GuardTrue, &[more], Aux::NONE, snapshot);
    let boxed = u.op(Opcode::BoxInt, &[n]);
    let tail = u.load(Cons::TAIL, owner);
    let cell = u.new_object::<Cons>();
    u.store(Cons::HEAD, cell, boxed);
    u.store(Cons::TAIL, cell, tail);
    u.store(Cons::TAIL, owner, cell);
    let one = u.int(1);
    let n = u.op(Opcode::IntSub, &[n, one]);
    u.jump(UnitId::THIS, 0, &[n, owner]);
    u
}

#[test]
fn stores_into_old_objects_are_logged() {
    for gc in [&["verify"][..], &["every-alloc", "verify"], &["every-3", "always-evacuate", "verify"]] {
        let mut rig = Rig::with_heap(gc);
        let owner = rig
            .mutator
            .alloc(Cons { header: Header::EMPTY, head: WordSlot::new(tagged_int(0)), tail: Slot::NULL })
            .unwrap();
        heap::pin(owner);
        let root = Root::new(&rig.mutator, owner);
        rig.mutator.collect_minor();
        assert_ne!((owner.header.word() >> 32) as u32 & heap::BARRIER_MASK, 0, "old and unlogged");
        let compiled = rig.compile(push_loop(), 0);
        rig.enter(&compiled, 0, &[100, owner.address() as u64]);
        rig.mutator.collect_minor();
        rig.mutator.collect_minor();
        assert_eq!(heads(root.get().address() as u64), (0..=100).collect::<Vec<i64>>());
    }
}

#[test]
fn items_of_old_arrays_are_logged() {
    let mut rig = Rig::with_heap(&["verify"]);
    for length in [10usize, 20_000] {
        let values = Values { header: Header::EMPTY, len: Cell::new(0), items: heap::Items::EMPTY };
        let array = rig.mutator.alloc_array(length, values, tagged_int(0)).unwrap();
        heap::pin(array);
        let root = Root::new(&rig.mutator, array);
        rig.mutator.collect_minor();
        let mut u = unit();
        let [array, index] = u.label(0, [Kind::Ref, Kind::Int]);
        let cell = u.new_object::<Cons>();
        let null = u.null();
        let head = u.word(tagged_int(31));
        u.store(Cons::HEAD, cell, head);
        u.store(Cons::TAIL, cell, null);
        let boxed = u.op(Opcode::BoxRef, &[cell]);
        store_item(&mut u, Values::ITEMS_ARRAY, array, index, boxed);
        u.finish(index);
        let compiled = rig.compile(u, 0);
        for index in [0, 5, length - 1] {
            rig.enter(&compiled, 0, &[root.get().address() as u64, index as u64]);
            rig.mutator.collect_minor();
            let array = root.get();
            // SAFETY: the array has `length` items.
            let word = unsafe { array.items.slice(length) }[index].get();
            assert_eq!(heads(word), [31]);
        }
    }
}

/// An item that is no reference is stored into an old array without a call.
#[test]
fn items_that_are_no_references_are_not_logged() {
    let mut rig = Rig::with_heap(&["verify"]);
    let values = Values { header: Header::EMPTY, len: Cell::new(0), items: heap::Items::EMPTY };
    let array = rig.mutator.alloc_array(10, values, tagged_int(0)).unwrap();
    heap::pin(array);
    let root = Root::new(&rig.mutator, array);
    let mut u = unit();
    let [array, value] = u.label(0, [Kind::Ref, Kind::Value]);
    let three = u.int(3);
    store_item(&mut u, Values::ITEMS_ARRAY, array, three, value);
    u.finish(value);
    let compiled = rig.compile(u, 0);
    let zoo = Root::new(&rig.mutator, zoo(&rig));
    for (value, is_logged) in
        [(tagged_int(7), false), (tagged_float(0.25), false), (zoo.get().address() as u64, true)]
    {
        rig.mutator.collect_minor();
        let array = root.get();
        rig.enter(&compiled, 0, &[array.address() as u64, value]);
        // SAFETY: the array has ten items.
        assert_eq!(unsafe { array.items.slice(10) }[3].get(), value);
        // SAFETY: half of the array's header.
        let header = unsafe { *((array.address() + heap::BARRIER_OFFSET as usize) as *const u32) };
        assert_eq!(header & heap::BARRIER_MASK == 0, is_logged, "{value:#x}");
    }
}

/// Number of headers that are tested by a barrier.
fn barrier_tests(clif: &str) -> usize {
    clif.lines().filter(|l| l.contains("load.i32") && l.contains("+4")).count()
}

#[test]
fn barriers_are_left_out_where_they_cannot_matter() {
    let mut rig = Rig::new();
    rig.options.disassemble = true;
    let count = |rig: &mut Rig, build: fn(&mut Unit, Operand, Operand)| {
        let mut u = unit();
        let [owner, value] = u.label(0, [Kind::Ref, Kind::Value]);
        build(&mut u, owner, value);
        u.finish(value);
        barrier_tests(rig.compile(u, 0).clif.as_deref().unwrap())
    };
    assert_eq!(count(&mut rig, |u, o, v| u.store(Cons::HEAD, o, v)), 1);
    let second_store: fn(&mut Unit, Operand, Operand) = |u, o, v| {
        u.store(Cons::HEAD, o, v);
        u.store(Cons::HEAD, o, v);
        let r = u.op(Opcode::UnboxRef, &[v]);
        u.store(Cons::TAIL, o, r);
    };
    assert_eq!(count(&mut rig, second_store), 1, "logged once between safepoints");
    let after_safepoint: fn(&mut Unit, Operand, Operand) = |u, o, v| {
        u.store(Cons::HEAD, o, v);
        u.trace.emit_var(Opcode::Call, None, &[], Aux::call(&COLLECT), SnapshotIndex::NONE);
        u.store(Cons::HEAD, o, v);
    };
    assert_eq!(count(&mut rig, after_safepoint), 2);
    let no_reference: fn(&mut Unit, Operand, Operand) = |u, o, _| {
        let f = u.float(0.5);
        let x = u.op(Opcode::FloatSqrt, &[f]);
        let boxed = u.op(Opcode::BoxFloat, &[x]);
        u.store(Cons::HEAD, o, boxed);
        let none = u.word(NanBox::NONE);
        u.store(Cons::HEAD, o, none);
        let null = u.null();
        u.store(Cons::TAIL, o, null);
        let five = u.int(5);
        let five = u.op(Opcode::BoxInt, &[five]);
        u.store(Snoc::HEAD, o, five);
    };
    assert_eq!(count(&mut rig, no_reference), 0);
    let fresh: fn(&mut Unit, Operand, Operand) = |u, o, v| {
        let cell = u.new_object::<Cons>();
        u.store(Cons::HEAD, cell, v);
        u.store(Cons::TAIL, cell, o);
    };
    assert_eq!(count(&mut rig, fresh), 0);
    let no_longer_fresh: fn(&mut Unit, Operand, Operand) = |u, o, v| {
        let cell = u.new_object::<Cons>();
        u.store(Cons::HEAD, cell, v);
        u.store(Cons::TAIL, cell, o);
        u.trace.emit_var(Opcode::Call, None, &[], Aux::call(&COLLECT), SnapshotIndex::NONE);
        u.store(Cons::HEAD, cell, v);
    };
    assert_eq!(count(&mut rig, no_longer_fresh), 1);
    let perhaps_wide: fn(&mut Unit, Operand, Operand) = |u, o, v| {
        let bits = u.op(Opcode::UnboxInt, &[v]);
        let boxed = u.op(Opcode::BoxInt, &[bits]);
        u.store(Cons::HEAD, o, boxed);
    };
    assert_eq!(count(&mut rig, perhaps_wide), 1);
}

/// The barrier of a boxed integer is on the path that makes a heap box; the store itself has none.
#[test]
fn integers_in_heap_boxes_are_logged_where_they_are_boxed() {
    for (gc, by_item) in [("verify", false), ("verify", true), ("every-alloc", false), ("every-alloc", true)]
    {
        let mut rig = Rig::with_heap(&[gc]);
        rig.options.disassemble = true;
        let values = Values { header: Header::EMPTY, len: Cell::new(0), items: heap::Items::EMPTY };
        let array = rig.mutator.alloc_array(600, values, tagged_int(0)).unwrap();
        heap::pin(array);
        let array = Root::new(&rig.mutator, array);
        let owner = Cons { header: Header::EMPTY, head: WordSlot::new(tagged_int(0)), tail: Slot::NULL };
        let owner = rig.mutator.alloc(owner).unwrap();
        heap::pin(owner);
        let owner = Root::new(&rig.mutator, owner);
        rig.mutator.collect_minor();

        let mut u = unit();
        let [cons, items, index, integer] = u.label(0, [Kind::Ref, Kind::Ref, Kind::Int, Kind::Int]);
        let boxed = u.op(Opcode::BoxInt, &[integer]);
        match by_item {
            false => u.store(Cons::HEAD, cons, boxed),
            true => store_item(&mut u, Values::ITEMS_ARRAY, items, index, boxed),
        }
        u.finish(index);
        let compiled = rig.compile(u, 0);
        assert_eq!(barrier_tests(compiled.clif.as_deref().unwrap()), 1);
        for i in [5, 1 << 60, -7, i64::MIN] {
            let addresses = [owner.get().address() as u64, array.get().address() as u64];
            let args = [addresses[0], addresses[1], 599, i as u64];
            assert_eq!(rig.enter(&compiled, 0, &args), int(599));
            rig.ctx.transfer[..8].iter().for_each(|word| word.set(0));
            rig.mutator.collect_minor();
            let items = array.get();
            // SAFETY: the array has 600 items.
            let item = unsafe { items.items.slice(600) }[599].get();
            let word = if by_item { item } else { owner.get().head.get() };
            assert_eq!(integer_of(word), i, "{gc}");
        }
    }
}

extern "C" fn collect(ctx: *const Context) -> u64 {
    // SAFETY: machine code passes its context.
    unsafe { &*ctx }.mutator().collect_minor();
    0
}
static COLLECT: CallDescr = CallDescr {
    name: "collect",
    target: CallTarget::new(collect as *const ()),
    params: &[],
    result: None,
    effects: Effects::ALLOCATES,
};

#[test]
fn adjacent_allocations_share_one_check() {
    for gc in [&["verify"][..], &["every-alloc", "verify", "poison"]] {
        let mut rig = Rig::with_heap(gc);
        rig.options.disassemble = true;
        let mut u = unit();
        let [f] = u.label(0, [Kind::Float]);
        let boxed = u.op(Opcode::BoxFloat, &[f]);
        let null = u.null();
        let first = u.new_object::<Cons>();
        let second = u.new_object::<Snoc>();
        u.store(Cons::HEAD, first, boxed);
        u.store(Cons::TAIL, first, null);
        let x = u.op(Opcode::FloatAdd, &[f, f]);
        let doubled = u.op(Opcode::BoxFloat, &[x]);
        u.store(Snoc::HEAD, second, doubled);
        u.store(Snoc::TAIL, second, first);
        let three = u.int(3);
        let third = u.op_aux(
            Opcode::NewArray,
            Some(Kind::Ref),
            &[three, boxed],
            Aux::array(ArrayKey::new(Values::ITEMS_ARRAY)),
        );
        let second = u.op(Opcode::BoxRef, &[second]);
        let zero = u.int(0);
        store_item(&mut u, Values::ITEMS_ARRAY, third, zero, second);
        u.finish(third);
        let compiled = rig.compile(u, 0);
        let clif = compiled.clif.as_deref().unwrap();
        assert_eq!(clif.matches("icmp ugt").count(), 1, "one limit check for three objects:\n{clif}");
        assert_eq!(barrier_tests(clif), 0);
        for _ in 0..50 {
            let outcome = rig.enter(&compiled, 0, &[2.5f64.to_bits()]);
            // SAFETY: the unit returns an array of three.
            let array: Gc<Values> = unsafe { Gc::from_address(outcome.payload as usize) };
            // SAFETY: as above.
            let items = unsafe { array.items.slice(3) };
            assert_eq!(
                (array.len.get(), items[1].get(), items[2].get()),
                (3, tagged_float(2.5), tagged_float(2.5))
            );
            // SAFETY: item 0 is a `Snoc`, whose tail is a `Cons`.
            let snoc: Gc<Snoc> = unsafe { Gc::from_address(items[0].get() as usize) };
            assert_eq!((snoc.layout_id(), snoc.head.get()), (Snoc::ID, tagged_float(5.0)));
            assert_eq!(snoc.tail.get().unwrap().head.get(), tagged_float(2.5));
            rig.mutator.collect_minor();
            heap::keep(array);
        }
    }
}

#[test]
fn a_guard_ends_a_group_of_allocations() {
    let mut rig = Rig::with_heap(&["verify"]);
    rig.options.disassemble = true;
    let mut u = unit();
    let [flag] = u.label(0, [Kind::Bool]);
    let null = u.null();
    let none = u.word(NanBox::NONE);
    let first = u.new_object::<Cons>();
    u.store(Cons::HEAD, first, none);
    u.store(Cons::TAIL, first, null);
    let snapshot = u.snapshot(&[first]);
    u.guard(Opcode::GuardTrue, &[flag], Aux::NONE, snapshot);
    let second = u.new_object::<Cons>();
    u.store(Cons::HEAD, second, none);
    u.store(Cons::TAIL, second, first);
    u.finish(second);
    let compiled = rig.compile(u, 0);
    assert_eq!(compiled.clif.as_deref().unwrap().matches("icmp ugt").count(), 2);
    for flag in [0, 1, 0, 1] {
        rig.enter(&compiled, 0, &[flag]);
        rig.mutator.collect_minor();
    }
}

#[test]
fn running_out_of_memory_raises_the_prepared_exception() {
    let mut config = heap::HeapConfig::default();
    config.set("max", "4M").unwrap();
    let mut rig = Rig::with_config(config);
    rig.ctx.out_of_memory.set(tagged_int(404));
    let key = Aux::array(ArrayKey::new(Values::ITEMS_ARRAY));
    let mut u = unit();
    let [n] = u.label(0, [Kind::Int]);
    let fill = u.trace.constant(Const::value(NanBox::NONE));
    let array = u.op_aux(Opcode::NewArray, Some(Kind::Ref), &[n, fill], key);
    u.finish(array);
    let compiled = rig.compile(u, 0);
    for n in [1 << 40, u64::MAX, i64::MAX as u64, 1 << 61] {
        rig.ctx.raised.set(0);
        assert_eq!(rig.enter(&compiled, 0, &[n]), raised(), "{n}");
        assert_eq!(rig.ctx.raised.get(), tagged_int(404));
    }
    assert_eq!(rig.enter(&compiled, 0, &[10]).status, Kind::Ref as u64);
}
