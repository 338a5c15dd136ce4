//! Which slots of a frame a snapshot keeps: its variables, live temporaries by the compiler's liveness, and the slots behind them.

use metatrace_record::LiveAt;
use python_compile::code::marks;
use python_compile::opcode::Opcode;
use python_model::code::{Code, frame as extra};
use python_model::generator::{is_generator, slot as generator_slot};

/// Appends the live slots of a frame, ascending.
pub fn live_slots(code: &'static Code, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
    let op = code.instruction(pc).op();
    if pc == 0 && at == LiveAt::Before && !is_loop_header(code) {
        // A frame that begins: its parameters and the cells of its closure, whether the code uses them or not.
        let object = code.object();
        let parameters = object.parameter_count();
        let closure = u32::from(object.first_free())..u32::from(object.first_temporary());
        let live = object.liveness.registers(0).map(u32::from);
        out.extend(0..parameters);
        out.extend(live.filter(|register| (parameters..closure.start).contains(register)));
        out.extend(closure);
    } else {
        every_variable_and_live(code, pc, at, out);
    }
    out.push(code.extra(extra::FUNCTION));
    if code.has_namespace() {
        out.push(code.extra(extra::NAMESPACE));
    }
    let is_operator = (Opcode::Add..=Opcode::GeConst).contains(&op);
    let instantiates = at == LiveAt::Awaiting
        && matches!(op, Opcode::Call | Opcode::CallMethod | Opcode::CallKw | Opcode::CallMethodKw);
    // The object whose `__getattr__` is running, the item that a `filter` asks about.
    let remembers =
        at == LiveAt::Awaiting && matches!(op, Opcode::LoadAttr | Opcode::LoadMethod | Opcode::ForIter);
    if instantiates || is_operator && at != LiveAt::Before {
        out.extend([code.extra(extra::SCRATCH), code.extra(extra::SCRATCH) + 1]);
    } else if remembers {
        out.push(code.extra(extra::SCRATCH));
    }
    if is_generator(code) {
        out.push(generator_slot(code));
    }
}

fn registers(code: &'static Code, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
    match at {
        LiveAt::Before | LiveAt::Within => {
            out.extend(code.object().liveness.registers(pc as usize).map(u32::from))
        }
        LiveAt::Awaiting => during_call(code, pc, out),
    }
}

fn is_loop_header(code: &'static Code) -> bool {
    code.object().marks[0] & marks::LOOP_HEADER != 0
}

/// The variables, bound or not, and the live temporaries. Also what the code does not read any more is seen by whoever looks at the
/// frame: `locals()`, a debugger, the frame of a traceback.
fn every_variable_and_live(code: &'static Code, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
    let first_temporary = u32::from(code.object().first_temporary());
    out.extend(0..first_temporary);
    let first = out.len();
    registers(code, pc, at, out);
    let mut kept = first;
    for index in first..out.len() {
        if out[index] >= first_temporary {
            out[kept] = out[index];
            kept += 1;
        }
    }
    out.truncate(kept);
}

/// The registers that matter while the call at `pc` is under way: those of the code behind it, less the one that receives the
/// result, and those of wherever else the frame may go on: the handler, the end of the loop.
fn during_call(code: &'static Code, pc: u32, out: &mut Vec<u32>) {
    let object = code.object();
    let i = object.instructions[pc as usize];
    let writes = i.op().operands()[0].is_written();
    let destination = writes.then(|| u32::from(i.a()));
    let after = object.liveness.live_in(pc as usize + 1);
    let handler = object.handler_at(pc);
    let caught = handler.map(|entry| object.liveness.live_in(entry.handler as usize));
    let elsewhere = matches!(i.op(), Opcode::ForIter | Opcode::Send);
    let elsewhere = elsewhere.then(|| object.liveness.live_in(i.c() as usize));
    for (number, &bits) in after.iter().enumerate() {
        let without = |bits: u64, register: Option<u32>| match register {
            Some(register) if register as usize / 64 == number => bits & !(1 << (register % 64)),
            _ => bits,
        };
        let mut live = without(bits, destination);
        if let (Some(row), Some(entry)) = (caught, handler) {
            live |= without(row[number], Some(entry.register.into()));
        }
        if let Some(row) = elsewhere {
            // A loop that ends leaves its variable as it was; `SEND` writes its own.
            live |= if i.op() == Opcode::Send { without(row[number], destination) } else { row[number] };
        }
        while live != 0 {
            out.push(number as u32 * 64 + live.trailing_zeros());
            live &= live - 1;
        }
    }
}
