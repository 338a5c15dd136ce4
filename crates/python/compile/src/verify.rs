//! The checker of compiled code: an abstract interpreter that trusts nothing.
//!
//! It proves, for one code object and all inside it: operands are in range; control stays inside the code, `JUMP_BACKWARD` alone
//! polls going backwards; each register is defined on every path to a read of it (a variable is after `CHECK_BOUND`); the
//! exception table is sorted, disjoint and valid; liveness is sound (what is read, or live afterwards and not written, is
//! live); marks are right. Tests run it on everything they compile; an embedder may run it on code from elsewhere.
//!
//! The one register that may hold *unset* when read is the receiver of a callable pair.

use crate::code::{CodeObject, for_each_def, marks};
use crate::opcode::{Flow, Instruction, Opcode, Operand};

/// Checks `code` and all code objects in its constants. Errors: a sentence naming the code object, the pc and the rule.
pub fn verify(code: &CodeObject) -> Result<(), String> {
    code.walk().into_iter().try_for_each(|c| {
        Verifier { code: c }.run().map_err(|(pc, rule)| format!("{} at pc {pc}: {rule}", c.qualname))
    })
}

type Check = Result<(), (usize, String)>;

struct Verifier<'c> {
    code: &'c CodeObject,
}

/// Registers known to be defined; receivers may be unset.
#[derive(Clone, PartialEq)]
struct State {
    defined: Vec<bool>,
    receiver: Vec<bool>,
}

impl State {
    fn meet(&mut self, other: &State) -> bool {
        let mut changed = false;
        for (mine, theirs) in [(&mut self.defined, &other.defined), (&mut self.receiver, &other.receiver)] {
            for (m, t) in mine.iter_mut().zip(theirs) {
                changed |= *m && !t;
                *m &= t;
            }
        }
        changed
    }
}

impl Verifier<'_> {
    fn run(&self) -> Check {
        self.operands()?;
        self.tables()?;
        self.definitions()?;
        self.liveness()
    }

    fn operands(&self) -> Check {
        let code = self.code;
        let n = code.instructions.len();
        if n == 0 {
            return Err((0, "there is no code".into()));
        }
        let variables = code.varnames.len() + code.cellvars.len() + code.freevars.len();
        if code.register_count > u32::from(u16::MAX) + 1
            || variables > code.register_count as usize
            || u64::from(code.arg_count) + u64::from(code.kwonly_count) + 2 > u64::from(u32::MAX)
            || code.posonly_count > code.arg_count
            || code.parameter_count() as usize > code.varnames.len()
        {
            return Err((0, "the counts of registers and parameters disagree".into()));
        }
        for (pc, &it) in code.instructions.iter().enumerate() {
            let fail = |rule: String| Err((pc, format!("{}: {rule}", it.op())));
            let fields = [u32::from(it.a()), u32::from(it.b()), it.c()];
            for (kind, field) in it.op().operands().into_iter().zip(fields) {
                let limit = match kind {
                    Operand::Def | Operand::Use | Operand::Update => code.register_count as usize,
                    Operand::Pair => code.register_count as usize - 1,
                    Operand::Const => code.constants.len(),
                    Operand::Name => code.names.len(),
                    Operand::Site => code.sites.len(),
                    Operand::Shape => code.call_shapes.len(),
                    Operand::Target => n,
                    Operand::Block | Operand::Imm => usize::MAX,
                    Operand::None => 1,
                };
                if field as usize >= limit {
                    return fail(format!("operand {kind:?} {field} is out of range"));
                }
            }
            let mut beyond = false;
            code.for_each_use(it, |r| beyond |= u32::from(r) >= code.register_count);
            if beyond {
                return fail("reads beyond the frame".into());
            }
            if matches!(it.op().flow(), Flow::Next | Flow::Branch) && pc + 1 == n {
                return fail("control falls off the end".into());
            }
            let backward = it.c() as usize <= pc;
            match it.op() {
                Opcode::JumpBackward if !backward => return fail("goes forwards".into()),
                Opcode::Jump | Opcode::JumpBackward => {}
                op if op.flow() == Flow::Branch && backward => return fail("goes backwards".into()),
                _ => {}
            }
        }
        Ok(())
    }

    fn tables(&self) -> Check {
        let code = self.code;
        let n = code.instructions.len() as u32;
        let mut end = 0;
        for e in &code.exception_table {
            let sound = e.start >= end
                && e.start < e.end
                && e.end <= n
                && e.handler < n
                && u32::from(e.register) < code.register_count;
            if !sound {
                return Err((e.start as usize, "invalid exception table entry".into()));
            }
            if code.marks[e.handler as usize] & marks::HANDLER == 0 {
                return Err((e.handler as usize, "handler is not marked".into()));
            }
            end = e.end;
        }
        for (pc, it) in code.instructions.iter().enumerate() {
            if it.op() == Opcode::JumpBackward && !code.is_loop_header(it.c() as usize) {
                return Err((pc, "loop header is not marked".into()));
            }
        }
        if code.marks.len() != n as usize || code.liveness.index.len() != n as usize {
            return Err((0, "a side table has the wrong length".into()));
        }
        let live = &code.liveness;
        let sets = live.sets.len() / (live.words as usize).max(1);
        let width = (code.register_count as usize).div_ceil(64).max(1);
        let is_stray = |r: u16| u32::from(r) >= code.register_count;
        if live.words as usize != width
            || live.index.iter().any(|&i| i as usize >= sets)
            || (0..code.instructions.len()).any(|pc| live.registers(pc).any(is_stray))
        {
            return Err((0, "a set of live registers is out of range".into()));
        }
        let named = code.sites.iter().chain(code.call_shapes.iter().flat_map(|s| s.keywords.iter()));
        let hidden = code.hidden_locals.iter().map(|h| &h.name);
        if named.chain(hidden).any(|&name| name as usize >= code.names.len()) {
            return Err((0, "a name index is out of range".into()));
        }
        Ok(())
    }

    /// Successors of the instruction at `pc`, without the handler.
    fn successors(&self, pc: usize) -> impl Iterator<Item = usize> + use<> {
        let it = self.code.instructions[pc];
        let next = matches!(it.op().flow(), Flow::Next | Flow::Branch).then_some(pc + 1);
        let target = matches!(it.op().flow(), Flow::Jump | Flow::Branch).then_some(it.c() as usize);
        next.into_iter().chain(target)
    }

    fn handler(&self, pc: usize) -> Option<(usize, u16)> {
        let covered = self.code.instructions[pc].op().can_raise();
        let entry = self.code.handler_at(pc as u32).filter(|_| covered)?;
        Some((entry.handler as usize, entry.register))
    }

    fn definitions(&self) -> Check {
        let code = self.code;
        let width = code.register_count as usize;
        let mut entry = State { defined: vec![false; width], receiver: vec![false; width] };
        let parameters = 0..code.parameter_count() as usize;
        let closure = code.first_free() as usize..code.first_temporary() as usize;
        for r in parameters.chain(closure) {
            entry.defined[r] = true;
        }
        // States are kept where control can arrive from elsewhere; in between they are recomputed.
        let n = code.instructions.len();
        let mut keep = vec![false; n];
        keep[0] = true;
        for pc in 0..n {
            if self.code.instructions[pc].op().flow() != Flow::Next {
                self.successors(pc).for_each(|s| keep[s] = true);
            }
            if let Some((handler, _)) = self.handler(pc) {
                keep[handler] = true;
            }
        }
        let mut states: Vec<Option<State>> = vec![None; n];
        states[0] = Some(entry);
        let mut work = vec![0usize];
        while let Some(start) = work.pop() {
            let Some(mut state) = states[start].clone() else { continue };
            let mut pc = start;
            loop {
                let it = code.instructions[pc];
                self.reads(pc, it, &state)?;
                let mut arrive = |at: usize, state: &State, work: &mut Vec<usize>| match &mut states[at] {
                    Some(known) => {
                        if known.meet(state) {
                            work.push(at);
                        }
                    }
                    unknown => {
                        *unknown = Some(state.clone());
                        work.push(at);
                    }
                };
                if let Some((handler, register)) = self.handler(pc) {
                    let mut thrown = state.clone();
                    thrown.defined[usize::from(register)] = true;
                    thrown.receiver[usize::from(register)] = false;
                    arrive(handler, &thrown, &mut work);
                }
                if it.op() == Opcode::ForIter {
                    arrive(it.c() as usize, &state, &mut work);
                }
                self.writes(it, &mut state);
                let mut successors = self.successors(pc);
                let straight = it.op().flow() == Flow::Next && !keep[pc + 1];
                if straight {
                    pc += 1;
                    continue;
                }
                successors.by_ref().for_each(|s| {
                    if !(it.op() == Opcode::ForIter && s == it.c() as usize) {
                        arrive(s, &state, &mut work);
                    }
                });
                break;
            }
        }
        Ok(())
    }

    fn reads(&self, pc: usize, it: Instruction, state: &State) -> Check {
        if it.op() == Opcode::CheckBound {
            return Ok(());
        }
        let receiver = match it.op() {
            Opcode::CallMethod | Opcode::CallMethodKw | Opcode::WithExceptStart => Some(it.b() + 1),
            _ => None,
        };
        let mut undefined = None;
        self.code.for_each_use(it, |r| {
            let fine =
                state.defined[usize::from(r)] || (receiver == Some(r) && state.receiver[usize::from(r)]);
            if !fine {
                undefined = Some(r);
            }
        });
        match undefined {
            Some(r) => Err((pc, format!("{} reads r{r}, which may be undefined", it.op()))),
            None => Ok(()),
        }
    }

    fn writes(&self, it: Instruction, state: &mut State) {
        for_each_def(it, |r| {
            state.defined[usize::from(r)] = true;
            state.receiver[usize::from(r)] = false;
        });
        match it.op() {
            Opcode::Unset => state.defined[usize::from(it.a())] = false,
            Opcode::CheckBound => state.defined[usize::from(it.a())] = true,
            op if op.operands()[0] == Operand::Pair => {
                state.defined[usize::from(it.a()) + 1] = false;
                state.receiver[usize::from(it.a()) + 1] = true;
            }
            _ => {}
        }
    }

    fn liveness(&self) -> Check {
        let code = self.code;
        let mut written = vec![false; code.register_count as usize];
        for (pc, &it) in code.instructions.iter().enumerate() {
            let live = |r: u16| code.liveness.is_live(pc, r);
            let mut dead = None;
            code.for_each_use(it, |r| {
                if !live(r) {
                    dead = Some(r);
                }
            });
            for_each_def(it, |r| written[usize::from(r)] = true);
            for next in self.successors(pc) {
                let keeps = it.op() == Opcode::ForIter && next == it.c() as usize;
                for r in code.liveness.registers(next) {
                    if (keeps || !written[usize::from(r)]) && !live(r) {
                        dead = Some(r);
                    }
                }
            }
            for_each_def(it, |r| written[usize::from(r)] = false);
            if let Some((handler, register)) = self.handler(pc) {
                for r in code.liveness.registers(handler) {
                    if r != register && !live(r) {
                        dead = Some(r);
                    }
                }
            }
            if let Some(r) = dead {
                return Err((pc, format!("r{r} is used later but not live")));
            }
        }
        let stray = code.liveness.registers(0).find(|&r| r >= code.first_temporary());
        match stray {
            Some(r) => Err((0, format!("temporary r{r} is live at entry"))),
            None => Ok(()),
        }
    }
}
