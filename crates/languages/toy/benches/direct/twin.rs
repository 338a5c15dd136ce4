//! The interpreter without [`Machine`](metatrace_machine::Machine), by hand: see `main.rs`.
//!
//! Words are taken apart with the encoding, objects through their layout structs. Instructions that the programs of the bench do
//! not use are left out.

use heap::{Gc, Header, Mutator, Slot};
use metatrace_machine::{Encoding, FrameStack, Host, NanBox, WideInt, Window, Word};
use std::cell::Cell;
use toy::builtins::Builtin;
use toy::bytecode::Op;
use toy::objects::{self, Closure, List, Values, Variable};
use toy::vm::Vm;

#[inline(always)]
fn int(word: Word) -> Option<i64> {
    if NanBox::is_int(&mut Host, word) {
        return Some(NanBox::unbox_int(&mut Host, word) as i64);
    }
    if NanBox::is_ref(&mut Host, word) { wide_int(word) } else { None }
}

/// An integer that fits no immediate is an object.
#[cold]
#[inline(never)]
fn wide_int(word: Word) -> Option<i64> {
    objects::as_object::<WideInt>(word).map(|wide| wide.value.get())
}

#[inline(always)]
fn float(word: Word) -> Option<f64> {
    NanBox::is_float(&mut Host, word).then(|| NanBox::unbox_float(&mut Host, word))
}

#[inline(always)]
fn box_int(mutator: &Mutator, value: i64) -> Word {
    if NanBox::int_fits(&mut Host, value as u64) {
        NanBox::box_int(&mut Host, value as u64)
    } else {
        box_wide_int(mutator, value)
    }
}

#[cold]
#[inline(never)]
fn box_wide_int(mutator: &Mutator, value: i64) -> Word {
    let wide = WideInt { header: Header::EMPTY, value: Cell::new(value) };
    match mutator.alloc(wide) {
        Ok(wide) => objects::word(wide),
        Err(_) => wrong(),
    }
}

#[inline(always)]
fn box_float(value: f64) -> Word {
    NanBox::box_float(&mut Host, value)
}

#[cold]
#[inline(never)]
fn wrong() -> ! {
    panic!("the programs make no errors")
}

#[inline(always)]
fn number(word: Word) -> Option<f64> {
    match int(word) {
        Some(i) => Some(i as f64),
        None => float(word),
    }
}

#[inline(always)]
fn arithmetic(
    mutator: &Mutator,
    a: Word,
    b: Word,
    ints: impl FnOnce(i64, i64) -> Option<i64>,
    floats: impl FnOnce(f64, f64) -> f64,
) -> Word {
    if let (Some(x), Some(y)) = (int(a), int(b))
        && let Some(result) = ints(x, y)
    {
        return box_int(mutator, result);
    }
    match (number(a), number(b)) {
        (Some(x), Some(y)) => box_float(floats(x, y)),
        _ => wrong(),
    }
}

#[inline(always)]
fn floor_divide(mutator: &Mutator, a: Word, b: Word) -> Word {
    match (int(a), int(b)) {
        (Some(x), Some(y)) if y != 0 && y != -1 => {
            let quotient = x.wrapping_div(y);
            let rounds_up = x.wrapping_rem(y) != 0 && (x < 0) != (y < 0);
            box_int(mutator, if rounds_up { quotient - 1 } else { quotient })
        }
        _ => match (number(a), number(b)) {
            (Some(x), Some(y)) => box_float((x / y).floor()),
            _ => wrong(),
        },
    }
}

#[inline(always)]
fn modulo(mutator: &Mutator, a: Word, b: Word) -> Word {
    match (int(a), int(b)) {
        (Some(x), Some(y)) if y != 0 && y != -1 => {
            let rest = x.wrapping_rem(y);
            box_int(mutator, if rest != 0 && (rest < 0) != (y < 0) { rest + y } else { rest })
        }
        _ => match (number(a), number(b)) {
            (Some(x), Some(y)) => box_float(x - (x / y).floor() * y),
            _ => wrong(),
        },
    }
}

#[inline(always)]
fn compare(
    a: Word,
    b: Word,
    ints: impl FnOnce(&i64, &i64) -> bool,
    floats: impl FnOnce(&f64, &f64) -> bool,
) -> bool {
    if let (Some(x), Some(y)) = (int(a), int(b)) {
        return ints(&x, &y);
    }
    match (number(a), number(b)) {
        (Some(x), Some(y)) => floats(&x, &y),
        _ => wrong(),
    }
}

#[inline(always)]
fn truthy(word: Word) -> bool {
    word != NanBox::FALSE && word != NanBox::NONE
}

#[inline(always)]
fn list_item(object: Word, index: Word) -> (Gc<Values>, usize) {
    let (Some(list), Some(i)) = (objects::as_object::<List>(object), int(index)) else { wrong() };
    if i as u64 >= list.length.get() as u64 {
        wrong();
    }
    (list.storage(), i as usize)
}

fn call_builtin(mutator: &Mutator, w: Window<Word>, builtin: Builtin, first: u32) -> Word {
    let Some(list) = objects::as_object::<List>(w.get(first)) else { wrong() };
    match builtin {
        Builtin::Len => box_int(mutator, list.length.get()),
        Builtin::Push => {
            let length = list.len();
            let mut items = list.storage();
            if length == items.items().len() {
                let Ok(longer) = objects::new_values(mutator, length * 2 + 4) else { wrong() };
                for (to, from) in longer.items().iter().zip(items.items()) {
                    to.set(mutator, longer, from.get());
                }
                list.items.set(mutator, list, Some(longer));
                items = longer;
            }
            items.items()[length].set(mutator, items, w.get(first + 1));
            list.length.set(length as i64 + 1);
            NanBox::NONE
        }
        _ => wrong(),
    }
}

/// Runs the innermost frame to its end.
pub fn run(mutator: &Mutator, vm: &Vm, stack: &mut FrameStack<Word>) -> Word {
    let floor = stack.depth() - 1;
    loop {
        let frame = *stack.top();
        let code = vm.code(frame.code);
        let w = stack.window();
        let mut pc = frame.pc;
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
        macro_rules! jump {
            ($to:expr) => {{
                pc = $to.0.into();
                continue;
            }};
        }
        loop {
            match *code.op(pc) {
                Op::Constant { d, k } => write!(d, code.constant(k.0)),
                Op::Move { d, a } => write!(d, read!(a)),
                Op::Global { d, g } => write!(
                    d,
                    match vm.global_constant(g) {
                        Some(word) => word,
                        None => vm.global_variable(g).value.get(),
                    }
                ),
                Op::GlobalSet { g, a } => {
                    let variable: Gc<Variable> = vm.global_variable(g);
                    variable.value.set(mutator, variable, read!(a));
                    if vm.global_is_constant(g) {
                        vm.initialise_global(g.0.into(), read!(a));
                    }
                }
                Op::Closure { d, f, .. } => {
                    let function = Cell::new(i64::from(f.0));
                    let captured = Slot::new(None);
                    match mutator.alloc(Closure { header: Header::EMPTY, function, captured }) {
                        Ok(closure) => write!(d, objects::word(closure)),
                        Err(_) => wrong(),
                    }
                }
                Op::List { d, .. } => write!(
                    d,
                    match objects::new_list(mutator, 0) {
                        Ok(list) => objects::word(list),
                        Err(_) => wrong(),
                    }
                ),
                Op::Add { d, a, b } => {
                    write!(d, arithmetic(mutator, read!(a), read!(b), i64::checked_add, |x, y| x + y))
                }
                Op::AddSmall { d, a, i } => {
                    let b = NanBox::box_int(&mut Host, i64::from(i.0) as u64);
                    write!(d, arithmetic(mutator, read!(a), b, i64::checked_add, |x, y| x + y))
                }
                Op::Subtract { d, a, b } => {
                    write!(d, arithmetic(mutator, read!(a), read!(b), i64::checked_sub, |x, y| x - y))
                }
                Op::Multiply { d, a, b } => {
                    write!(d, arithmetic(mutator, read!(a), read!(b), i64::checked_mul, |x, y| x * y))
                }
                Op::Divide { d, a, b } => match (number(read!(a)), number(read!(b))) {
                    (Some(x), Some(y)) => write!(d, box_float(x / y)),
                    _ => wrong(),
                },
                Op::FloorDivide { d, a, b } => write!(d, floor_divide(mutator, read!(a), read!(b))),
                Op::Modulo { d, a, b } => write!(d, modulo(mutator, read!(a), read!(b))),
                Op::Less { d, a, b } => {
                    write!(d, NanBox::box_bool(&mut Host, compare(read!(a), read!(b), i64::lt, f64::lt)))
                }
                Op::Not { d, a } => write!(d, NanBox::box_bool(&mut Host, !truthy(read!(a)))),
                Op::Jump { to } => jump!(to),
                Op::JumpIf { a, to } => {
                    if truthy(read!(a)) {
                        jump!(to);
                    }
                }
                Op::JumpUnless { a, to } => {
                    if !truthy(read!(a)) {
                        jump!(to);
                    }
                }
                Op::UnlessLess { a, b, to } => {
                    if !compare(read!(a), read!(b), i64::lt, f64::lt) {
                        jump!(to);
                    }
                }
                Op::UnlessLessEqual { a, b, to } => {
                    if !compare(read!(a), read!(b), i64::le, f64::le) {
                        jump!(to);
                    }
                }
                Op::UnlessEqual { a, b, to } => {
                    if !compare(read!(a), read!(b), i64::eq, f64::eq) {
                        jump!(to);
                    }
                }
                Op::NotEqual { d, a, b } => {
                    write!(d, NanBox::box_bool(&mut Host, !compare(read!(a), read!(b), i64::eq, f64::eq)))
                }
                Op::Loop { n } => {
                    // The twin counts, too: an interpreter that is to have a JIT of whatever kind does.
                    if code.loops[usize::from(n.0)].tick() {
                        code.loops[usize::from(n.0)].ask_after(u32::MAX);
                    }
                }
                Op::RangeCheck { .. } => {}
                Op::RangeNext { d, at, to } => {
                    let (next, limit) = (w.get(at.0.into()), w.get(u32::from(at.0) + 1));
                    let (Some(i), Some(limit)) = (int(next), int(limit)) else { wrong() };
                    if i >= limit {
                        jump!(to);
                    }
                    w.set(at.0.into(), box_int(mutator, i + 1));
                    write!(d, next);
                }
                Op::EachNext { d, at, to } => {
                    let counter = u32::from(at.0) + 1;
                    let (Some(list), Some(i)) =
                        (objects::as_object::<List>(w.get(at.0.into())), int(w.get(counter)))
                    else {
                        wrong()
                    };
                    if i >= list.length.get() {
                        jump!(to);
                    }
                    w.set(counter, box_int(mutator, i + 1));
                    write!(d, list.storage().items()[i as usize].get());
                }
                Op::Index { d, object, index } => {
                    let (items, i) = list_item(read!(object), read!(index));
                    write!(d, items.items()[i].get());
                }
                Op::IndexSet { object, index, a } => {
                    let (items, i) = list_item(read!(object), read!(index));
                    items.items()[i].set(mutator, items, read!(a));
                }
                Op::Call { first, n, .. } => {
                    let Some(closure) = objects::as_object::<Closure>(read!(first)) else { wrong() };
                    let index = closure.function.get() as u64;
                    let callee = vm.code(index);
                    if callee.function.parameter_count != n.0 {
                        wrong();
                    }
                    stack.set_pc(pc);
                    let Ok(to) = stack.push(index, callee.function.register_count.into()) else { wrong() };
                    for slot in 0..=u32::from(n.0) {
                        to.set(slot, w.get(u32::from(first.0) + slot));
                    }
                    if callee.entry.tick() {
                        callee.entry.ask_after(u32::MAX);
                    }
                    break;
                }
                Op::Builtin { builtin, d, first, .. } => {
                    write!(d, call_builtin(mutator, w, builtin, first.0.into()))
                }
                Op::Return { a } => {
                    let value = read!(a);
                    stack.pop();
                    if stack.depth() == floor {
                        return value;
                    }
                    let caller = *stack.top();
                    if let Some(d) = vm.code(caller.code).op(caller.pc).destination() {
                        stack.window().set(d.into(), value);
                    }
                    stack.set_pc(caller.pc + 1);
                    break;
                }
                _ => wrong(),
            }
            pc += 1;
        }
    }
}
