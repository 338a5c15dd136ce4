//! The interpreter loop, written once against [`Machine`]: over the direct machine it executes, over the recorder it executes and
//! records a trace.
//!
//! * **Colours.** What the program computes with are `M::Value`, `M::Int`, … (red); what the program *is* (pc, instructions, maps,
//!   classes, variables of modules) are plain Rust values (green).
//! * **The resume rule.** An instruction tests first and acts last; a call is the last thing it does, and what the call returns is
//!   *delivered* to it (see `deliver`). What an instruction needs between two calls is in the frame's scratch slots and its
//!   continuation ([`Continuation`]).
//! * **No native recursion** between Python functions: a call pushes a frame, and so do special methods, properties, `__init__` and the
//!   resumption of generators. Native recursion happens where the runtime calls back ([`crate::nested`]).

use crate::arith;
use crate::attributes;
use crate::calls;
use crate::containment;
use crate::continuation::Continuation;
use crate::delegation;
use crate::delivery;
use crate::direct_calls;
use crate::exceptions;
use crate::frame::{self, Entered};
use crate::generators;
use crate::items;
use crate::iteration;
use crate::keyword_calls;
use crate::residual as call;
use crate::served::{self, served_operations};
use crate::suspension;
use crate::truth;
use crate::variables;
use metatrace_machine::{
    Arg, Encoding, Flow, FrameStack, Machine, MachineExt, NanBox, Raised, Resume, RunEnd,
};
use python_compile::opcode::Opcode as Op;
use python_model::code::{Code, frame as extra};
use python_model::objects::*;
use python_model::operators::{Binary, Comparison, Unary};
use python_model::py::Py;

/// Runs the innermost frame, and those that it pushes, until the stack is down to `floor` frames.
///
/// What the interpreter has in native locals dies with the instruction, but the words stay in its native frame, which lives long. So it is
/// known where that frame begins, for collections that must not see them.
pub fn run<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    floor: usize,
    start: Resume<M::Value>,
) -> RunEnd<M::Value> {
    heap::with_stack_published(|address| {
        py.thread().native_runs.with(address, || interpret(m, py, stack, floor, start))
    })
}

#[inline(never)]
fn interpret<M: Machine>(
    m: &mut M,
    py: Py,
    stack: &mut FrameStack<M::Value>,
    floor: usize,
    start: Resume<M::Value>,
) -> RunEnd<M::Value> {
    let mut resume = start;
    // The frame that an exception has just left.
    let mut left = delivery::Left::Nothing;
    // One turn for each time that the innermost frame is read anew.
    loop {
        if !M::RECORDS {
            crate::nested::publish(py, stack.depth());
        }
        let top = *stack.top();
        let mut code = Code::at(top.code);
        let mut w = stack.window();
        let mut pc = top.pc;

        macro_rules! follow {
            ($flow:expr) => {
                match $flow {
                    Flow::Continue => {}
                    Flow::Resume(next) => {
                        resume = next;
                        continue;
                    }
                    Flow::Leave => return RunEnd::Left,
                }
            };
        }

        match resume {
            Resume::Execute => {}
            Resume::Deliver(value)
                if top.continuation == Continuation::Plain as u32
                    && delivery::TAKES_PLAINLY[code.instruction(pc).op() as usize] =>
            {
                w.set(u32::from(code.instruction(pc).a()), value);
                pc += 1;
            }
            // An item that a generator yielded to a loop. What the runtime gives may be no item; that is not delivered here.
            Resume::Deliver(value)
                if !M::RECORDS
                    && top.continuation == Continuation::Plain as u32
                    && code.instruction(pc).op() == Op::ForIter
                    && !m.value_is(value, NanBox::UNSET)
                    && !generators::has_returned(m, w.get(u32::from(code.instruction(pc).b()))) =>
            {
                w.set(u32::from(code.instruction(pc).a()), value);
                pc += 1;
            }
            Resume::Deliver(value) => match delivery::deliver(m, py, stack, code, pc, value) {
                Ok(delivery::Delivered::At(next)) => pc = next,
                Ok(delivery::Delivered::Frame(flow)) => {
                    resume = Resume::Execute;
                    follow!(flow);
                    continue;
                }
                Err(Raised) => {
                    resume = Resume::Raise;
                    continue;
                }
            },
            Resume::Raise => match delivery::unwind(m, py, stack, code, pc, &mut left) {
                Some(next) => pc = next,
                None => {
                    resume = match generators::finish_raising(m, py, stack) {
                        Some(generators::After::Resume(next)) => next,
                        Some(generators::After::Left(end)) => return end,
                        None => Resume::Unwind,
                    };
                    continue;
                }
            },
            Resume::Return(value) => {
                stack.pop();
                // Of a generator whose `return` machine code ended with, the result is no item.
                let ended = if M::RECORDS {
                    NanBox::NONE
                } else {
                    py.thread().generator_returned.replace(NanBox::NONE)
                };
                if ended != NanBox::NONE
                    && let Some(after) = delegation::returned_in_machine_code(m, py, stack, ended, value)
                {
                    match after {
                        generators::After::Resume(next) => resume = next,
                        generators::After::Left(end) => return end,
                    }
                    continue;
                }
                if stack.depth() == floor {
                    return RunEnd::Returned(value);
                }
                if ended != NanBox::NONE {
                    generators::end_iteration(stack, value);
                    resume = Resume::Execute;
                    continue;
                }
                resume = Resume::Deliver(value);
                continue;
            }
            Resume::Unwind => {
                stack.pop();
                if stack.depth() == floor {
                    return RunEnd::Raised;
                }
                resume = Resume::Raise;
                continue;
            }
        }

        // One turn for each instruction.
        resume = 'instructions: loop {
            // Goes on with the frame that has become the innermost one, at its pc. As a turn of the outer loop with `Resume::Execute`, without
            // the way there.
            macro_rules! reread {
                () => {{
                    if !M::RECORDS {
                        crate::nested::publish(py, stack.depth());
                    }
                    let top = stack.top();
                    code = Code::at(top.code);
                    pc = top.pc;
                    w = stack.window();
                    continue 'instructions;
                }};
            }
            // Goes on with the frame that has become the innermost one, which gets the result of its call. As a turn with `Resume::Deliver`,
            // if it only needs the destination to be written; also for an item that a generator yielded to a loop.
            macro_rules! deliver {
                ($value:expr) => {{
                    let value = $value;
                    let top = stack.top();
                    let caller = Code::at(top.code);
                    let (op, a) = caller.operation(top.pc);
                    if M::RECORDS
                        || top.continuation != Continuation::Plain as u32
                        || !(delivery::TAKES_PLAINLY[op as usize] || op == Op::ForIter)
                    {
                        break 'instructions Resume::Deliver(value);
                    }
                    crate::nested::publish(py, stack.depth());
                    code = caller;
                    pc = top.pc + 1;
                    w = stack.window();
                    w.set(a, value);
                    continue 'instructions;
                }};
            }
            // Ends the turn when the expression raises.
            macro_rules! attempt {
                ($result:expr) => {
                    match $result {
                        Ok(value) => value,
                        Err(Raised) => {
                            stack.set_pc(pc);
                            break 'instructions Resume::Raise;
                        }
                    }
                };
            }
            // Goes on as the machine says, in the frame that was pushed.
            macro_rules! proceed {
                ($flow:expr) => {
                    match $flow {
                        Flow::Continue => reread!(),
                        Flow::Resume(next) => break 'instructions next,
                        Flow::Leave => return RunEnd::Left,
                    }
                };
            }
            // The result of an operation that may have pushed a frame.
            macro_rules! enter {
                ($d:expr, $result:expr) => {
                    match attempt!($result) {
                        Entered::Value(value) => w.set($d, value),
                        Entered::Frame(flow) => proceed!(flow),
                    }
                };
            }

            // Goes on with the frame of a plain function that the direct machine calls.
            macro_rules! enter_plain {
                ($callee:expr, $first:expr, $count:expr) => {{
                    let callee = $callee;
                    let pushed = direct_calls::enter_plain(m, py, stack, w, pc, callee, $first, $count);
                    w = attempt!(pushed);
                    code = callee.1;
                    pc = 0;
                    match m.function_entry(stack, &code.entry) {
                        Flow::Continue => {}
                        Flow::Resume(next) => break 'instructions next,
                        Flow::Leave => return RunEnd::Left,
                    }
                    crate::nested::publish(py, stack.depth());
                    continue 'instructions;
                }};
            }

            m.at(stack, pc);
            let (mut op, a, b, c) = code.executed(pc);
            macro_rules! operate {
                ($how:ident, $op:expr, $right:expr) => {{
                    let (left, right) = (w.get(b), $right);
                    if !M::RECORDS
                        && let Some(result) = arith::immediates(m, $op, left, right)
                    {
                        w.set(a, result);
                        pc += 1;
                        continue 'instructions;
                    }
                    enter!(a, arith::$how(m, py, stack, pc, $op, left, right))
                }};
            }
            macro_rules! binary {
                ($op:expr) => {
                    operate!(binary, $op, w.get(c))
                };
            }
            macro_rules! binary_const {
                ($op:expr) => {
                    operate!(binary, $op, m.value(code.constant(c)))
                };
            }
            macro_rules! inplace {
                ($op:expr) => {
                    operate!(inplace, $op, w.get(c))
                };
            }
            macro_rules! inplace_const {
                ($op:expr) => {
                    operate!(inplace, $op, m.value(code.constant(c)))
                };
            }
            // The result of an instruction is a condition. The direct machine goes on with the branch that mostly follows: TO_BOOL
            // and the jump are done here.
            macro_rules! decide {
                ($condition:expr) => {{
                    let condition = $condition;
                    let boxed = m.box_bool(condition);
                    w.set(a, boxed);
                    if !M::RECORDS {
                        let mut tested = a;
                        let mut next = code.executed(pc + 1);
                        if next.0 == Op::ToBool && next.2 == a {
                            tested = next.1;
                            w.set(tested, boxed);
                            pc += 1;
                            next = code.executed(pc + 1);
                        }
                        let (branch, register, _, target) = next;
                        if matches!(branch, Op::JumpIfFalse | Op::JumpIfTrue) && register == tested {
                            let goes = m.truth(condition) == (branch == Op::JumpIfTrue);
                            pc = if goes { target } else { pc + 2 };
                            continue 'instructions;
                        }
                    }
                }};
            }
            // A comparison of numbers goes on with the branch that mostly follows: TO_BOOL and the jump are done here. They
            // have no effect besides their registers, so a guard of the branch may resume at the comparison.
            macro_rules! compare_values {
                ($op:expr, $left:expr, $right:expr) => {{
                    let (left, right) = ($left, $right);
                    let known = if M::RECORDS {
                        arith::compare_numbers(m, $op, left, right)
                    } else {
                        match arith::compare_immediates(m, $op, left, right) {
                            Some(known) => Some(m.bool(known)),
                            None => arith::equal_strings(m, $op, left, right),
                        }
                    };
                    match known {
                        Some(condition) => {
                            let boxed = m.box_bool(condition);
                            w.set(a, boxed);
                            let (test, tested, of, _) = code.executed(pc + 1);
                            if test == Op::ToBool && of == a {
                                w.set(tested, boxed);
                                let (branch, register, _, target) = code.executed(pc + 2);
                                if matches!(branch, Op::JumpIfFalse | Op::JumpIfTrue) && register == tested {
                                    let goes = m.truth(condition) == (branch == Op::JumpIfTrue);
                                    pc = if goes { target } else { pc + 3 };
                                } else {
                                    pc += 2;
                                }
                                continue 'instructions;
                            }
                        }
                        None => enter!(a, arith::compare(m, py, stack, pc, $op, left, right)),
                    }
                }};
            }
            macro_rules! compare {
                ($op:expr) => {
                    compare_values!($op, w.get(b), w.get(c))
                };
            }
            macro_rules! compare_const {
                ($op:expr) => {
                    compare_values!($op, w.get(b), m.value(code.constant(c)))
                };
            }
            // A residual call whose result is the instruction's.
            macro_rules! residual {
                ($descr:expr $(, $arg:expr)*) => {{
                    stack.set_pc(pc);
                    let value = attempt!(m.call_value(&$descr, &[$($arg),*]));
                    w.set(a, value)
                }};
            }
            macro_rules! residual_nothing {
                ($descr:expr $(, $arg:expr)*) => {{
                    stack.set_pc(pc);
                    attempt!(m.call_nothing(&$descr, &[$($arg),*]))
                }};
            }
            // Once, and again for an operation that is observed.
            'operation: loop {
                match op {
                    Op::Nop | Op::GeneratorStart => {}
                    Op::LoadConst => w.set(a, m.value(code.constant(c))),
                    Op::Move => w.set(a, w.get(b)),
                    Op::Unset => w.set(a, m.value(NanBox::UNSET)),
                    Op::CheckBound => {
                        if m.value_is(w.get(a), NanBox::UNSET) {
                            let (name, kind) = (m.int(i64::from(code.name(c).0)), m.int(0));
                            residual_nothing!(call::UNBOUND, Arg::Int(name), Arg::Int(kind));
                        }
                    }
                    Op::MakeCell => w.set(a, attempt!(frame::new_cell(m, w.get(b)))),
                    Op::MakeEmptyCell => {
                        let unset = m.value(NanBox::UNSET);
                        w.set(a, attempt!(frame::new_cell(m, unset)));
                    }
                    Op::LoadDeref => attempt!(variables::load_cell(m, stack, w, code, pc)),
                    Op::StoreDeref => {
                        let cell = frame::object(m, w.get(a));
                        m.store_value(CellObject::VALUE, cell, w.get(b));
                    }
                    Op::DeleteDeref => attempt!(variables::delete_cell(m, stack, w, code, pc)),
                    Op::LoadName => attempt!(variables::load_name(m, py, stack, w, code, pc)),
                    Op::StoreName | Op::StoreNameCached | Op::DeleteName => {
                        attempt!(variables::store_name(m, py, stack, w, code, pc));
                    }
                    Op::LoadGlobal
                        if !M::RECORDS
                            && let Some(value) = code.global_value(c) =>
                    {
                        w.set(a, m.value(value));
                    }
                    Op::LoadGlobal => w.set(a, attempt!(attributes::load_global(m, py, stack, code, pc, c))),
                    Op::StoreGlobal | Op::DeleteGlobal => {
                        attempt!(variables::store_global(m, py, stack, w, code, pc));
                    }
                    Op::LoadLocals => w.set(a, w.get(code.extra(extra::NAMESPACE))),
                    Op::LoadCommon => w.set(a, m.value(crate::names::common(py, c))),

                    Op::LoadAttr => enter!(a, attributes::load(m, py, stack, code, pc, w.get(b), c)),
                    Op::StoreAttr => {
                        attempt!(attributes::store(m, py, stack, code, pc, w.get(a), c, w.get(b)));
                    }
                    Op::LoadMethod => {
                        let object = w.get(b);
                        match attempt!(attributes::method(m, py, code, object, c)) {
                            Some(function) => {
                                w.set(a, function);
                                w.set(a + 1, object);
                            }
                            None => {
                                w.set(a + 1, m.value(NanBox::UNSET));
                                enter!(a, attributes::load(m, py, stack, code, pc, object, c));
                            }
                        }
                    }
                    Op::LoadSuperAttr | Op::LoadSuperMethod => {
                        attempt!(attributes::load_super(m, py, stack, w, code, pc));
                    }
                    Op::LoadSpecial => attempt!(attributes::load_special(m, py, stack, w, code, pc)),
                    Op::LoadItem => enter!(a, items::load(m, py, stack, pc, w.get(b), w.get(c))),
                    Op::StoreItem => {
                        match attempt!(items::store(m, py, stack, pc, w.get(a), w.get(b), w.get(c))) {
                            Entered::Value(_) => {}
                            Entered::Frame(flow) => proceed!(flow),
                        }
                    }
                    Op::LoadSlice => enter!(a, items::load_part(m, py, stack, w, code, pc)),
                    Op::Add => binary!(Binary::Add),
                    Op::Sub => binary!(Binary::Sub),
                    Op::Mul => binary!(Binary::Mul),
                    Op::MatMul => binary!(Binary::MatMul),
                    Op::TrueDiv => binary!(Binary::TrueDiv),
                    Op::Mod => binary!(Binary::Mod),
                    Op::Pow => binary!(Binary::Pow),
                    Op::LShift => binary!(Binary::LShift),
                    Op::RShift => binary!(Binary::RShift),
                    Op::Or => binary!(Binary::Or),
                    Op::Xor => binary!(Binary::Xor),
                    Op::And => binary!(Binary::And),
                    Op::FloorDiv => binary!(Binary::FloorDiv),
                    Op::AddConst => binary_const!(Binary::Add),
                    Op::SubConst => binary_const!(Binary::Sub),
                    Op::MulConst => binary_const!(Binary::Mul),
                    Op::MatMulConst => binary_const!(Binary::MatMul),
                    Op::TrueDivConst => binary_const!(Binary::TrueDiv),
                    Op::ModConst => binary_const!(Binary::Mod),
                    Op::PowConst => binary_const!(Binary::Pow),
                    Op::LShiftConst => binary_const!(Binary::LShift),
                    Op::RShiftConst => binary_const!(Binary::RShift),
                    Op::OrConst => binary_const!(Binary::Or),
                    Op::XorConst => binary_const!(Binary::Xor),
                    Op::AndConst => binary_const!(Binary::And),
                    Op::FloorDivConst => binary_const!(Binary::FloorDiv),
                    Op::InplaceAdd => inplace!(Binary::Add),
                    Op::InplaceSub => inplace!(Binary::Sub),
                    Op::InplaceMul => inplace!(Binary::Mul),
                    Op::InplaceMatMul => inplace!(Binary::MatMul),
                    Op::InplaceTrueDiv => inplace!(Binary::TrueDiv),
                    Op::InplaceMod => inplace!(Binary::Mod),
                    Op::InplacePow => inplace!(Binary::Pow),
                    Op::InplaceLShift => inplace!(Binary::LShift),
                    Op::InplaceRShift => inplace!(Binary::RShift),
                    Op::InplaceOr => inplace!(Binary::Or),
                    Op::InplaceXor => inplace!(Binary::Xor),
                    Op::InplaceAnd => inplace!(Binary::And),
                    Op::InplaceFloorDiv => inplace!(Binary::FloorDiv),
                    Op::InplaceAddConst => inplace_const!(Binary::Add),
                    Op::InplaceSubConst => inplace_const!(Binary::Sub),
                    Op::InplaceMulConst => inplace_const!(Binary::Mul),
                    Op::InplaceMatMulConst => inplace_const!(Binary::MatMul),
                    Op::InplaceTrueDivConst => inplace_const!(Binary::TrueDiv),
                    Op::InplaceModConst => inplace_const!(Binary::Mod),
                    Op::InplacePowConst => inplace_const!(Binary::Pow),
                    Op::InplaceLShiftConst => inplace_const!(Binary::LShift),
                    Op::InplaceRShiftConst => inplace_const!(Binary::RShift),
                    Op::InplaceOrConst => inplace_const!(Binary::Or),
                    Op::InplaceXorConst => inplace_const!(Binary::Xor),
                    Op::InplaceAndConst => inplace_const!(Binary::And),
                    Op::InplaceFloorDivConst => inplace_const!(Binary::FloorDiv),
                    Op::Lt => compare!(Comparison::Lt),
                    Op::Le => compare!(Comparison::Le),
                    Op::Eq => compare!(Comparison::Eq),
                    Op::Ne => compare!(Comparison::Ne),
                    Op::Gt => compare!(Comparison::Gt),
                    Op::Ge => compare!(Comparison::Ge),
                    Op::LtConst => compare_const!(Comparison::Lt),
                    Op::LeConst => compare_const!(Comparison::Le),
                    Op::EqConst => compare_const!(Comparison::Eq),
                    Op::NeConst => compare_const!(Comparison::Ne),
                    Op::GtConst => compare_const!(Comparison::Gt),
                    Op::GeConst => compare_const!(Comparison::Ge),
                    Op::Is | Op::IsNot => {
                        let mut same = truth::is_same(m, w.get(b), w.get(c));
                        if op == Op::IsNot {
                            same = m.bool_not(same);
                        }
                        decide!(same);
                    }
                    Op::IsInt => {
                        let is_int = truth::is_int(m, w.get(b));
                        decide!(m.bool(is_int));
                    }
                    Op::In | Op::NotIn => match attempt!(containment::test(m, py, stack, code, pc)) {
                        truth::Truth::Known(holds) => decide!(holds),
                        truth::Truth::Frame(flow) => proceed!(flow),
                    },
                    Op::Pos => {
                        enter!(a, arith::unary(m, py, stack, pc, Unary::Pos, w.get(b)))
                    }
                    Op::Neg => {
                        enter!(a, arith::unary(m, py, stack, pc, Unary::Neg, w.get(b)))
                    }
                    Op::Invert => {
                        enter!(a, arith::unary(m, py, stack, pc, Unary::Invert, w.get(b)))
                    }
                    Op::Not
                        if !M::RECORDS
                            && let Some(is_true) = truth::of_plain(m, w.get(b)) =>
                    {
                        let negated = m.bool_not(is_true);
                        decide!(negated);
                    }
                    Op::Not => match attempt!(truth::of(m, py, stack, pc, w.get(b))) {
                        truth::Truth::Known(is_true) => {
                            let negated = m.bool_not(is_true);
                            decide!(negated);
                        }
                        truth::Truth::Frame(flow) => proceed!(flow),
                    },
                    Op::ToBool
                        if !M::RECORDS
                            && let Some(is_true) = truth::of_plain(m, w.get(b)) =>
                    {
                        decide!(is_true)
                    }
                    Op::ToBool => match attempt!(truth::of(m, py, stack, pc, w.get(b))) {
                        truth::Truth::Known(is_true) => decide!(is_true),
                        truth::Truth::Frame(flow) => proceed!(flow),
                    },

                    Op::Jump => {
                        pc = c;
                        continue 'instructions;
                    }
                    Op::JumpBackward => {
                        if frame::poll_is_due(m, py) {
                            residual_nothing!(call::POLL);
                        }
                        pc = c;
                        if M::RECORDS {
                            stack.set_pc(pc);
                        }
                        m.at(stack, pc);
                        match m.merge_point(stack, pc, code.loop_cell(b)) {
                            Flow::Continue => {}
                            Flow::Resume(next) => break 'instructions next,
                            Flow::Leave => return RunEnd::Left,
                        }
                        continue 'instructions;
                    }
                    Op::JumpIfFalse => {
                        if !truth::branch(m, w.get(a)) {
                            pc = c;
                            continue 'instructions;
                        }
                    }
                    Op::JumpIfTrue => {
                        if truth::branch(m, w.get(a)) {
                            pc = c;
                            continue 'instructions;
                        }
                    }
                    Op::JumpIfNone => {
                        if m.value_is(w.get(a), NanBox::NONE) {
                            pc = c;
                            continue 'instructions;
                        }
                    }
                    Op::JumpIfNotNone => {
                        if !m.value_is(w.get(a), NanBox::NONE) {
                            pc = c;
                            continue 'instructions;
                        }
                    }
                    Op::GetIter => enter!(a, iteration::iter(m, py, stack, pc, w.get(b))),
                    Op::ForIter => match attempt!(iteration::next(m, py, stack, pc, w.get(b))) {
                        iteration::Next::Item(item) => w.set(a, item),
                        iteration::Next::Exhausted => {
                            pc = c;
                            continue 'instructions;
                        }
                        iteration::Next::Frame(flow) => proceed!(flow),
                    },
                    Op::Return => {
                        let value = w.get(a);
                        if generators::is_generator(code) {
                            stack.set_pc(pc);
                            match generators::returned(m, py, stack, floor, value) {
                                generators::After::Resume(Resume::Execute) => reread!(),
                                generators::After::Resume(next) => break 'instructions next,
                                generators::After::Left(end) => return end,
                            }
                        }
                        stack.pop();
                        if stack.depth() == floor {
                            return RunEnd::Returned(value);
                        }
                        deliver!(value)
                    }
                    Op::Call
                        if !M::RECORDS
                            && let Some(callee) = direct_calls::plain_function(m, w.get(b), c) =>
                    {
                        enter_plain!(callee, b + 1, c)
                    }
                    Op::Call
                        if !M::RECORDS
                            && let Some(builtin) = direct_calls::builtin_function(m, w.get(b), c) =>
                    {
                        enter!(a, direct_calls::call_function(m, py, stack, pc, builtin, b + 1, c));
                    }
                    Op::Call if c == 1 && direct_calls::asks_for_type(m, py, w.get(b)) => {
                        w.set(a, direct_calls::type_of(m, py, w.get(b + 1)));
                    }
                    Op::Call => enter!(a, calls::call_with(m, py, stack, pc, w.get(b), None, b + 1, c)),
                    Op::CallMethod if !M::RECORDS => {
                        let (first, count) = direct_calls::method_arguments(m, w, b, c);
                        if let Some(callee) = direct_calls::plain_function(m, w.get(b), count) {
                            enter_plain!(callee, first, count)
                        }
                        match direct_calls::builtin_function(m, w.get(b), count) {
                            Some(builtin) => {
                                enter!(a, direct_calls::call_method(m, py, stack, pc, builtin, first, count));
                            }
                            None => enter!(a, calls::call_method(m, py, stack, pc, b, c)),
                        }
                    }
                    Op::CallMethod => enter!(a, calls::call_method(m, py, stack, pc, b, c)),
                    Op::CallKw => {
                        enter!(a, keyword_calls::call_keywords(m, py, stack, code, pc, b, false, c))
                    }
                    Op::CallMethodKw => {
                        enter!(a, keyword_calls::call_keywords(m, py, stack, code, pc, b, true, c))
                    }
                    Op::CallEx => {
                        let keywords = if c & 1 != 0 { w.get(b + 2) } else { m.value(NanBox::NONE) };
                        enter!(a, calls::call_star(m, py, stack, pc, w.get(b), w.get(b + 1), keywords))
                    }
                    Op::MakeFunction => attempt!(crate::functions::make_from(m, py, stack, w, code, pc)),
                    Op::SetFunctionAttribute => {
                        attempt!(crate::functions::set_from(m, stack, w, code, pc));
                    }
                    Op::BuildTuple => w.set(a, attempt!(frame::tuple(m, py, w, b, c))),
                    Op::BuildList => w.set(a, attempt!(frame::list(m, py, w, b, c))),
                    Op::ListAppend => attempt!(items::append(m, stack, pc, w.get(a), w.get(b))),
                    Op::SetAdd if !M::RECORDS => {
                        stack.set_pc(pc);
                        let (set, item) = (m.promote_value(w.get(a)), m.promote_value(w.get(b)));
                        attempt!(crate::displays::set_add(py, set, item));
                    }
                    Op::FormatSimple if !M::RECORDS => {
                        stack.set_pc(pc);
                        let value = m.promote_value(w.get(b));
                        let text = attempt!(crate::displays::format(py, value, NanBox::UNSET));
                        w.set(a, m.value(text));
                    }
                    Op::UnpackSequence => {
                        enter!(a, items::unpack(m, py, stack, pc, w.get(b), c));
                        // The items are mostly taken out at once; nothing else can happen before.
                        if !M::RECORDS {
                            pc = items::take_out(m, w, code, pc, a);
                        }
                    }
                    Op::TupleItem => {
                        let tuple = frame::object(m, w.get(b));
                        let index = m.int(i64::from(c));
                        w.set(a, m.load_item_value(Tuple::ITEMS_ARRAY, tuple, index));
                    }

                    Op::PushExcInfo => {
                        let handled = exceptions::handled(m, py);
                        exceptions::set_handled(m, py, w.get(b));
                        w.set(a, handled);
                    }
                    Op::PopExcept => {
                        // Whoever resumed a generator since may be handling another exception than when the handler was entered.
                        let outer = match code.is_generator && !code.is_handling(pc + 1) {
                            true => generators::outer_handled(m, code, w),
                            false => w.get(a),
                        };
                        exceptions::set_handled(m, py, outer);
                    }
                    Op::CheckExcMatch => {
                        stack.set_pc(pc);
                        let matches = attempt!(exceptions::matches(m, py, w.get(b), w.get(c)));
                        decide!(matches);
                    }
                    Op::WithExceptStart => {
                        let (exit, receiver, exception) = (w.get(b), w.get(b + 1), w.get(c));
                        enter!(a, exceptions::call_exit(m, py, stack, pc, exit, receiver, exception))
                    }
                    Op::Yield | Op::YieldDelegated if !M::RECORDS => {
                        let value = w.get(b);
                        suspension::suspend(m, py, stack, w, code, pc);
                        if stack.depth() == floor {
                            return RunEnd::Returned(value);
                        }
                        // Whoever resumed it goes on behind its instruction, with the value.
                        stack.set_continuation(Continuation::Plain as u32);
                        crate::nested::publish(py, stack.depth());
                        let top = stack.top();
                        code = Code::at(top.code);
                        pc = top.pc;
                        w = stack.window();
                        w.set(code.operation(pc).1, value);
                    }
                    Op::Yield | Op::YieldDelegated => {
                        stack.set_pc(pc);
                        let value = w.get(b);
                        match generators::yielded(m, py, stack, floor, code, pc, value) {
                            generators::After::Resume(Resume::Execute) => reread!(),
                            generators::After::Resume(next) => break 'instructions next,
                            generators::After::Left(end) => return end,
                        }
                    }
                    Op::Send
                        if !M::RECORDS
                            && let Some(generator) = suspension::receiver(m, w.get(b))
                            && let which = generators::Resumable::Awaitables
                            && let Some(flow) = attempt!(suspension::resume(
                                m,
                                py,
                                stack,
                                pc,
                                generator,
                                w.get(a),
                                which
                            )) =>
                    {
                        proceed!(flow)
                    }
                    Op::Send => match attempt!(generators::send_step(m, py, stack, pc, w.get(b), w.get(a))) {
                        generators::Sent::Yielded(value) => w.set(a, value),
                        generators::Sent::Returned(value) => {
                            w.set(a, value);
                            pc = c;
                            continue 'instructions;
                        }
                        generators::Sent::Frame(flow) => proceed!(flow),
                    },
                    Op::GetAwaitable if !M::RECORDS && suspension::is_fresh_coroutine(m, w.get(b)) => {
                        w.set(a, w.get(b));
                    }
                    Op::MatchSequence if !M::RECORDS && items::simple_length(m, w.get(b)).is_some() => {
                        decide!(m.bool(true));
                    }
                    Op::GetLen if let Some(length) = items::simple_length(m, w.get(b)) => {
                        w.set(a, m.box_int(length));
                    }
                    Op::GetLen => residual!(call::LEN, Arg::Value(w.get(b))),
                    Op::Observe => {
                        if let Some(target) = attempt!(crate::observing::observe(m, py, stack, code, pc)) {
                            pc = target;
                            continue 'instructions;
                        }
                        if M::RECORDS {
                            return RunEnd::Left;
                        }
                        op = code.operation(pc).0;
                        continue 'operation;
                    }
                    served_operations!() => attempt!(served::execute(m, py, stack, w, code, pc)),
                }
                break;
            }
            pc += 1;
        };
    }
}
