//! The interpreter, written once against [`Machine`]: over the direct machine it executes, over the recorder it
//! executes and records a trace.
//!
//! What makes that possible are three habits:
//!
//! * **Colours.** What the program computes with are `M::Value`, `M::Int`, … (red); what the program *is* (pc, instructions,
//!   maps) are plain Rust values (green). Rust refuses to branch on a red value. The ways from red to
//!   green (`as_int`, `truth`, `layout_of`, `promote_int`) are exactly the guards of a trace.
//! * **The resume rule.** An instruction tests first and acts last, since a failed guard executes it anew. A runtime
//!   call that may raise is the last thing an instruction does, and its result is the instruction's result.
//! * **No native recursion.** A call pushes a frame; everything a frame needs is in its slots.
//!
//! Slot 0 of a frame holds the running closure, then come the arguments; see [`crate::bytecode`].

use crate::bytecode::{Count, FieldIndex, First, FunctionIndex, Op, RecordIndex};
use crate::intrinsics::call_builtin;
use crate::maps::FieldPlace;
use crate::objects::{Captured, Closure, List, Record, Text, Values};
use crate::operators::{
    MULTIPLY, SUBTRACT, add, add_small, arithmetic, divide, divide_down, equal, negate, order, truthy,
};
use crate::runtime::{self, Fault};
use crate::variables::{captured, cell_get, cell_set, global, global_set, new_cell};
use crate::vm::{Code, Vm};
use heap::Layout;
use metatrace_machine::{
    Arg, Compare, Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised, Resume, RunEnd, Window,
};

pub(crate) type Result<T> = std::result::Result<T, Raised>;

/// Runs the innermost frame, and those that it pushes, until the stack is down to `floor` frames.
pub fn run<M: Machine>(
    m: &mut M,
    vm: &Vm,
    stack: &mut FrameStack<M::Value>,
    floor: usize,
    start: Resume<M::Value>,
) -> RunEnd<M::Value> {
    let mut resume = start;
    // One turn for each time that the innermost frame is read anew.
    loop {
        let frame = *stack.top();
        let code = vm.code(frame.code);
        let w = stack.window();
        let mut pc = frame.pc;
        // Ends the innermost frame: the run, or the call that its caller is waiting for.
        macro_rules! end_frame {
            ($end:expr, $then:expr) => {{
                stack.pop();
                if stack.depth() == floor {
                    return $end;
                }
                resume = $then;
                continue;
            }};
        }
        match resume {
            Resume::Execute => {}
            Resume::Deliver(value) => {
                if let Some(d) = code.op(pc).destination() {
                    w.set(d.into(), value);
                }
                pc += 1;
            }
            Resume::Raise => match code.function.handler(pc as usize) {
                Some(handler) => {
                    let thrown = m.take_raised();
                    w.set(handler.register.into(), thrown);
                    pc = handler.target.into();
                }
                None => {
                    if !M::RECORDS {
                        note_uncaught(vm, stack, floor);
                    }
                    end_frame!(RunEnd::Raised, Resume::Raise);
                }
            },
            Resume::Return(value) => end_frame!(RunEnd::Returned(value), Resume::Deliver(value)),
            Resume::Unwind => end_frame!(RunEnd::Raised, Resume::Raise),
        }

        // Ends the turn when the expression raises.
        macro_rules! attempt {
            ($result:expr) => {
                match $result {
                    Ok(value) => value,
                    Err(Raised) => {
                        stack.set_pc(pc);
                        break Resume::Raise;
                    }
                }
            };
        }
        macro_rules! read {
            ($src:expr) => {
                w.get($src.0.into())
            };
        }
        macro_rules! write {
            ($d:expr, $value:expr) => {{
                let value = $value;
                w.set($d.0.into(), value)
            }};
        }
        macro_rules! write_bool {
            ($d:expr, $truth:expr) => {{
                let truth = $truth;
                write!($d, m.box_bool(truth))
            }};
        }
        macro_rules! jump {
            ($to:expr) => {{
                pc = $to.0.into();
                continue;
            }};
        }
        macro_rules! jump_unless {
            ($truth:expr, $to:expr) => {{
                let truth = $truth;
                if !m.truth(truth) {
                    jump!($to);
                }
            }};
        }
        macro_rules! follow {
            ($flow:expr) => {
                match $flow {
                    Flow::Continue => {}
                    Flow::Resume(resume) => break resume,
                    Flow::Leave => return RunEnd::Left,
                }
            };
        }

        // One turn for each instruction.
        resume = loop {
            m.at(stack, pc);
            match *code.op(pc) {
                Op::Constant { d, k } => write!(d, m.value(code.constant(k.0))),
                Op::Move { d, a } => write!(d, read!(a)),
                Op::Captured { d, i } => write!(d, captured(m, w, i.0)),
                Op::CellNew { d, a } => write!(d, attempt!(new_cell(m, read!(a)))),
                Op::CellGet { d, a } => write!(d, cell_get(m, read!(a))),
                Op::CellSet { cell, a } => cell_set(m, read!(cell), read!(a)),
                Op::Global { d, g } => write!(d, attempt!(global(m, vm, g))),
                Op::GlobalSet { g, a } => attempt!(global_set(m, vm, g, read!(a))),
                Op::Closure { d, f, first } => write!(d, attempt!(closure(m, vm, w, f, first))),
                Op::List { d, first, n } => write!(d, attempt!(list(m, w, first, n))),
                Op::Record { d, shape, first } => write!(d, attempt!(record(m, vm, w, shape, first))),

                Op::Add { d, a, b } => write!(d, attempt!(add(m, read!(a), read!(b)))),
                Op::AddSmall { d, a, i } => write!(d, attempt!(add_small(m, read!(a), i.0))),
                Op::Subtract { d, a, b } => write!(d, attempt!(arithmetic(m, SUBTRACT, read!(a), read!(b)))),
                Op::Multiply { d, a, b } => write!(d, attempt!(arithmetic(m, MULTIPLY, read!(a), read!(b)))),
                Op::Divide { d, a, b } => write!(d, attempt!(divide(m, read!(a), read!(b)))),
                Op::FloorDivide { d, a, b } => write!(d, attempt!(divide_down(m, false, read!(a), read!(b)))),
                Op::Modulo { d, a, b } => write!(d, attempt!(divide_down(m, true, read!(a), read!(b)))),
                Op::Negate { d, a } => write!(d, attempt!(negate(m, read!(a)))),
                Op::Not { d, a } => {
                    let is_true = truthy(m, read!(a));
                    write_bool!(d, m.bool(!is_true));
                }
                Op::Equal { d, a, b } => write_bool!(d, equal(m, read!(a), read!(b))),
                Op::NotEqual { d, a, b } => {
                    let equal = equal(m, read!(a), read!(b));
                    write_bool!(d, m.bool_not(equal));
                }
                Op::Less { d, a, b } => write_bool!(d, attempt!(order(m, Compare::Lt, read!(a), read!(b)))),
                Op::LessEqual { d, a, b } => {
                    write_bool!(d, attempt!(order(m, Compare::Le, read!(a), read!(b))));
                }

                Op::Jump { to } => jump!(to),
                Op::JumpIf { a, to } => {
                    if truthy(m, read!(a)) {
                        jump!(to);
                    }
                }
                Op::JumpUnless { a, to } => {
                    if !truthy(m, read!(a)) {
                        jump!(to);
                    }
                }
                Op::UnlessLess { a, b, to } => {
                    jump_unless!(attempt!(order(m, Compare::Lt, read!(a), read!(b))), to);
                }
                Op::UnlessLessEqual { a, b, to } => {
                    jump_unless!(attempt!(order(m, Compare::Le, read!(a), read!(b))), to);
                }
                Op::UnlessEqual { a, b, to } => jump_unless!(equal(m, read!(a), read!(b)), to),
                Op::Loop { n } => follow!(m.merge_point(stack, pc, &code.loops[usize::from(n.0)])),
                Op::RangeCheck { at } => attempt!(range_check(m, w, at)),
                Op::RangeNext { d, at, to } => match range_next(m, w, at) {
                    Some(value) => write!(d, value),
                    None => jump!(to),
                },
                Op::EachNext { d, at, to } => match attempt!(each_next(m, w, at)) {
                    Some(value) => write!(d, value),
                    None => jump!(to),
                },

                Op::Index { d, object, index } => {
                    write!(d, attempt!(get_index(m, read!(object), read!(index))))
                }
                Op::IndexSet { object, index, a } => {
                    attempt!(set_index(m, read!(object), read!(index), read!(a)));
                }
                Op::Field { d, object, name } => {
                    write!(d, attempt!(get_field(m, vm, code, read!(object), name)))
                }
                Op::FieldSet { object, a, name } => {
                    attempt!(set_field(m, vm, code, read!(object), read!(a), name));
                }

                Op::Call { first, n, .. } => {
                    let index = attempt!(callee(m, vm, read!(first), n));
                    let callee = vm.code(index);
                    stack.set_pc(pc);
                    let Ok(to) = stack.push(index, callee.function.register_count.into()) else {
                        attempt!(fault(m, Fault::StackOverflow, None, None, 0))
                    };
                    for slot in 0..=u32::from(n.0) {
                        to.set(slot, w.get(u32::from(first.0) + slot));
                    }
                    follow!(m.function_entry(stack, &callee.entry));
                    break Resume::Execute;
                }
                Op::Builtin { builtin, d, first, n } => {
                    write!(d, attempt!(call_builtin(m, w, builtin, first, n)))
                }
                Op::Return { a } => {
                    let value = read!(a);
                    stack.pop();
                    if stack.depth() == floor {
                        return RunEnd::Returned(value);
                    }
                    break Resume::Deliver(value);
                }
                Op::Throw { a } => {
                    m.raise(read!(a));
                    stack.set_pc(pc);
                    break Resume::Raise;
                }
            }
            pc += 1;
        };
    }
}

/// Keeps the frames for the traceback if the program will end with the pending exception.
fn note_uncaught<V: Copy>(vm: &Vm, stack: &FrameStack<V>, floor: usize) {
    let handles =
        |frame: &metatrace_machine::Frame| vm.code(frame.code).function.handler(frame.pc as usize).is_some();
    if floor == 0 && vm.traceback.borrow().is_empty() && !stack.frames().iter().any(handles) {
        let frames = stack.frames().iter().rev();
        vm.traceback.borrow_mut().extend(frames.map(|frame| (frame.code as u32, frame.pc)));
    }
}

/// Raises one of the interpreter's own errors.
#[cold]
#[inline(never)]
pub(crate) fn fault<M: Machine, T>(
    m: &mut M,
    fault: Fault,
    a: Option<M::Value>,
    b: Option<M::Value>,
    n: i64,
) -> Result<T> {
    let nil = m.value(NanBox::NONE);
    let (number, n) = (m.int(fault as i64), m.int(n));
    let (a, b) = (a.unwrap_or(nil), b.unwrap_or(nil));
    match m.call_value(&runtime::FAULT, &[Arg::Int(number), Arg::Value(a), Arg::Value(b), Arg::Int(n)]) {
        Ok(_) => unreachable!("a fault always raises"),
        Err(Raised) => Err(Raised),
    }
}

// ---- New objects ----

fn closure<M: Machine>(
    m: &mut M,
    vm: &Vm,
    w: Window<M::Value>,
    f: FunctionIndex,
    first: First,
) -> Result<M::Value> {
    let count = vm.code(f.0.into()).function.capture_count;
    let captured = match count {
        0 => m.null(),
        _ => new_items(m, Captured::ITEMS_ARRAY, count, w, first.0, count)?,
    };
    let closure = m.new_object(Closure::ID, Closure::DESCR.size_bytes)?;
    let function = m.int(f.0.into());
    m.store_int(Closure::FUNCTION, closure, function);
    m.store_ref(Closure::CAPTURED, closure, captured);
    Ok(m.box_ref(closure))
}

fn list<M: Machine>(m: &mut M, w: Window<M::Value>, first: First, n: Count) -> Result<M::Value> {
    let items = new_items(m, Values::ITEMS_ARRAY, n.0.into(), w, first.0, n.0.into())?;
    let list = m.new_object(List::ID, List::DESCR.size_bytes)?;
    let length = m.int(n.0.into());
    m.store_int(List::LENGTH, list, length);
    m.store_ref(List::ITEMS, list, items);
    Ok(m.box_ref(list))
}

/// A new array with room for `capacity` items, the first of them the values in `count` registers.
fn new_items<M: Machine>(
    m: &mut M,
    array: heap::ArrayDescr,
    capacity: u16,
    w: Window<M::Value>,
    first: u16,
    count: u16,
) -> Result<M::Ref> {
    let (length, unset) = (m.int(capacity.into()), m.value(NanBox::UNSET));
    let items = m.new_array(array, length, Arg::Value(unset))?;
    for i in 0..count {
        let index = m.int(i.into());
        m.store_item(array, items, index, Arg::Value(w.get(u32::from(first + i))));
    }
    Ok(items)
}

fn record<M: Machine>(
    m: &mut M,
    vm: &Vm,
    w: Window<M::Value>,
    shape: RecordIndex,
    first: First,
) -> Result<M::Value> {
    let map = vm.literal(shape.0);
    let count = map.fields.len() as u16;
    let inline = count.min(map.inline_slots as u16);
    let overflow = match map.overflow_capacity() {
        0 => m.null(),
        capacity => {
            let capacity = capacity as u16;
            new_items(m, Values::ITEMS_ARRAY, capacity, w, first.0 + inline, count - inline)?
        }
    };
    let record = m.new_object(map.layout, map.size_bytes())?;
    m.store_ref(Record::OVERFLOW, record, overflow);
    for slot in 0..map.inline_slots {
        let is_used = slot < u32::from(inline);
        let value = if is_used { w.get(u32::from(first.0) + slot) } else { m.value(NanBox::UNSET) };
        m.store_value(Record::slot(slot), record, value);
    }
    Ok(m.box_ref(record))
}

// ---- Loops ----

fn range_check<M: Machine>(m: &mut M, w: Window<M::Value>, at: First) -> Result<()> {
    let (next, limit) = (w.get(at.0.into()), w.get(u32::from(at.0) + 1));
    if m.as_int(next).is_some() && m.as_int(limit).is_some() {
        return Ok(());
    }
    fault(m, Fault::Range, Some(next), Some(limit), 0)
}

#[inline(always)]
fn range_next<M: Machine>(m: &mut M, w: Window<M::Value>, at: First) -> Option<M::Value> {
    let (next, limit) = (w.get(at.0.into()), w.get(u32::from(at.0) + 1));
    let (Some(i), Some(limit)) = (m.as_int(next), m.as_int(limit)) else {
        unreachable!("range.check saw to it")
    };
    let goes_on = m.int_lt(i, limit);
    if !m.truth(goes_on) {
        return None;
    }
    let one = m.int(1);
    let following = m.int_add(i, one); // no overflow: i is below limit
    let following = m.box_int(following);
    w.set(at.0.into(), following);
    Some(next)
}

#[inline(always)]
fn each_next<M: Machine>(m: &mut M, w: Window<M::Value>, at: First) -> Result<Option<M::Value>> {
    let (value, counter) = (w.get(at.0.into()), u32::from(at.0) + 1);
    let i = m.as_int(w.get(counter)).expect("the compiler starts the counter at 0");
    let Some(sequence) = sequence(m, value) else { return fault(m, Fault::Each, Some(value), None, 0) };
    let goes_on = m.int_lt(i, sequence.length);
    if !m.truth(goes_on) {
        return Ok(None);
    }
    let item = sequence.item(m, i)?;
    let one = m.int(1);
    let following = m.int_add(i, one);
    let following = m.box_int(following);
    w.set(counter, following);
    Ok(Some(item))
}

// ---- Lists, strings, records ----

/// A list or a string.
pub(crate) struct Sequence<M: Machine> {
    pub object: M::Ref,
    pub is_list: bool,
    pub length: M::Int,
}

#[inline(always)]
pub(crate) fn sequence<M: Machine>(m: &mut M, value: M::Value) -> Option<Sequence<M>> {
    let object = m.as_ref(value)?;
    let is_list = m.has_layout(object, List::ID);
    if !is_list && !m.has_layout(object, Text::ID) {
        return None;
    }
    let length = m.load_int(if is_list { List::LENGTH } else { Text::LENGTH }, object);
    Some(Sequence { object, is_list, length })
}

impl<M: Machine> Sequence<M> {
    /// Precondition: the index is below the length.
    #[inline(always)]
    fn item(&self, m: &mut M, i: M::Int) -> Result<M::Value> {
        if !self.is_list {
            return m.call_value(&runtime::TEXT_ITEM, &[Arg::Ref(self.object), Arg::Int(i)]);
        }
        let items = m.load_ref(List::ITEMS, self.object);
        Ok(m.load_item_value(Values::ITEMS_ARRAY, items, i))
    }
}

#[inline(always)]
fn get_index<M: Machine>(m: &mut M, object: M::Value, index: M::Value) -> Result<M::Value> {
    if let (Some(sequence), Some(i)) = (sequence(m, object), m.as_int(index)) {
        let in_range = m.uint_lt(i, sequence.length);
        if m.truth(in_range) {
            return sequence.item(m, i);
        }
    }
    m.call_value(&runtime::INDEX, &[Arg::Value(object), Arg::Value(index)])
}

#[inline(always)]
fn set_index<M: Machine>(m: &mut M, object: M::Value, index: M::Value, value: M::Value) -> Result<()> {
    if let (Some(list), Some(i)) = (m.as_ref(object), m.as_int(index))
        && m.has_layout(list, List::ID)
    {
        let length = m.load_int(List::LENGTH, list);
        let in_range = m.uint_lt(i, length);
        if m.truth(in_range) {
            let items = m.load_ref(List::ITEMS, list);
            m.store_item(Values::ITEMS_ARRAY, items, i, Arg::Value(value));
            return Ok(());
        }
    }
    m.call_nothing(&runtime::INDEX_SET, &[Arg::Value(object), Arg::Value(index), Arg::Value(value)])
}

/// One guard on the record's map; the place of the field is then green.
#[inline(always)]
fn get_field<M: Machine>(
    m: &mut M,
    vm: &Vm,
    code: &Code,
    object: M::Value,
    name: FieldIndex,
) -> Result<M::Value> {
    if let Some(record) = m.as_ref(object) {
        let layout = m.layout_of(record);
        match vm.field_load(code, name, layout) {
            Some(FieldPlace::Inline(slot)) => return Ok(m.load_value(Record::slot(slot), record)),
            Some(FieldPlace::Overflow(index)) => {
                let overflow = m.load_ref(Record::OVERFLOW, record);
                let index = m.int(index.into());
                return Ok(m.load_item_value(Values::ITEMS_ARRAY, overflow, index));
            }
            None => {}
        }
    }
    fault(m, Fault::NoField, Some(object), None, code.function.fields[usize::from(name.0)].0.into())
}

#[inline(always)]
fn set_field<M: Machine>(
    m: &mut M,
    vm: &Vm,
    code: &Code,
    object: M::Value,
    value: M::Value,
    name: FieldIndex,
) -> Result<()> {
    if let Some(record) = m.as_ref(object) {
        let layout = m.layout_of(record);
        if let Some(store) = vm.field_store(code, name, layout) {
            match store.place {
                FieldPlace::Inline(slot) => m.store_value(Record::slot(slot), record, value),
                FieldPlace::Overflow(index) => {
                    let overflow = m.load_ref(Record::OVERFLOW, record);
                    let index = m.int(index.into());
                    m.store_item(Values::ITEMS_ARRAY, overflow, index, Arg::Value(value));
                }
            }
            if store.layout != layout {
                m.set_layout(record, store.layout);
            }
            return Ok(());
        }
    }
    let symbol = m.int(code.function.fields[usize::from(name.0)].0.into());
    m.call_nothing(&runtime::FIELD_SET, &[Arg::Value(object), Arg::Value(value), Arg::Int(symbol)])
}

// ---- Calls ----

/// The function to enter, by number. Guards on the function, not on the closure.
#[inline(always)]
fn callee<M: Machine>(m: &mut M, vm: &Vm, value: M::Value, n: Count) -> Result<u64> {
    if let Some(closure) = m.as_ref(value)
        && m.has_layout(closure, Closure::ID)
    {
        let function = m.load_int(Closure::FUNCTION, closure);
        let function = m.promote_int(function) as u64;
        if vm.code(function).function.parameter_count == n.0 {
            return Ok(function);
        }
        return fault(m, Fault::Arity, Some(value), None, n.0.into());
    }
    fault(m, Fault::NotCallable, Some(value), None, 0)
}
