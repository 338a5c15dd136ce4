//! The language's side of the JIT: all that the toolkit asks of it.
//!
//! There is no JIT in this crate. The interpreter of [`crate::interp`] is instantiated for two machines, one that
//! executes and one that records; the rest of this file is liveness and names.

use crate::bytecode::Function;
use crate::objects::{List, Record, Text, Values};
use crate::runtime;
use crate::vm::Vm;
use crate::{interp, objects};
use heap::{FieldDescr, Layout, LayoutId};
use metatrace_machine::{Direct, FrameStack, NanBox, Resume, RunEnd, Word};
use metatrace_record::{LiveAt, Recorder, Traced};
use metatrace_warm::{FieldFacts, Interpreter};

/// The interpreter of one program, as the warm state sees it.
pub struct ToyInterpreter<'a> {
    pub vm: &'a Vm,
}

impl Interpreter<NanBox> for ToyInterpreter<'_> {
    fn run(
        &self,
        machine: &mut Direct<NanBox>,
        stack: &mut FrameStack<Word>,
        resume: Resume<Word>,
        floor: usize,
    ) -> RunEnd<Word> {
        interp::run(machine, self.vm, stack, floor, resume)
    }

    fn record(
        &self,
        machine: &mut Recorder<'_, NanBox>,
        stack: &mut FrameStack<Traced<Word>>,
        resume: Resume<Traced<Word>>,
        floor: usize,
    ) -> RunEnd<Traced<Word>> {
        interp::run(machine, self.vm, stack, floor, resume)
    }

    fn live_slots(&self, code: u64, pc: u32, at: LiveAt, out: &mut Vec<u32>) {
        let function = &self.vm.code(code).function;
        match at {
            LiveAt::Before | LiveAt::Within => {
                out.extend(function.live.registers(pc as usize).map(u32::from))
            }
            LiveAt::Awaiting => out.extend(live_during_call(function, pc as usize)),
        }
    }

    fn is_join_point(&self, code: u64, pc: u32) -> bool {
        u16::try_from(pc).is_ok_and(|pc| self.vm.code(code).function.joins.binary_search(&pc).is_ok())
    }

    fn slot_count(&self, code: u64) -> u32 {
        self.vm.code(code).function.register_count.into()
    }

    fn location(&self, code: u64, pc: u32) -> String {
        let function = &self.vm.code(code).function;
        let line = function.places.get(pc as usize).map_or(0, |place| place.line);
        format!("{}:{line}", self.vm.symbols.borrow().text(function.name))
    }

    fn raise_stack_overflow(&self, machine: &mut Direct<NanBox>) {
        runtime::raise_stack_overflow(machine.context(), self.vm);
    }

    /// Objects keep their layout, but for records.
    fn layout_is_stable(&self, layout: LayoutId) -> bool {
        layout != Record::ID && objects::LAYOUTS.iter().any(|descr| descr.id == layout)
    }

    fn field_facts(&self, layout: LayoutId, offset: u16) -> FieldFacts {
        let is = |field: FieldDescr| field.layout == layout && field.offset == offset;
        FieldFacts {
            pointee: is(List::ITEMS).then_some(Values::ID),
            non_negative: is(List::LENGTH) || is(Text::LENGTH),
        }
    }

    fn layout_size_bytes(&self, layout: LayoutId) -> u32 {
        let descr = self.vm.heap().layout(layout);
        if descr.array.is_some() { 0 } else { descr.size_bytes }
    }
}

/// The registers that matter while the call at `pc` is under way: those of the code behind it, less the one that
/// receives the result, and those of the handler, should the call raise.
fn live_during_call(function: &Function, pc: usize) -> impl Iterator<Item = u32> {
    let destination = function.code[pc].destination();
    let handler = function.handler(pc);
    let after = move |register: u16| Some(register) != destination && contains(function, pc + 1, register);
    let caught = move |register: u16| {
        handler.is_some_and(|h| h.register != register && contains(function, h.target.into(), register))
    };
    (0..function.register_count).filter(move |&register| after(register) || caught(register)).map(u32::from)
}

fn contains(function: &Function, pc: usize, register: u16) -> bool {
    function.live.row(pc)[usize::from(register / 64)] >> (register % 64) & 1 != 0
}
