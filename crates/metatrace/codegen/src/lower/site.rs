//! Sites: what lets others see, and change, the frames of this code while it waits for a call. See `metatrace_machine`'s `site.rs`.
//!
//! ```text
//!     mov [rsp+home], a ...                    what is not at home
//!     lea rax, [rsp+site]; mov [rax+exit], n; mov [ctx+site], rax; call f
//!     lea rax, [rsp+site]; cmp [rax+forced], 0; jne left
//! left: transfer = status, result, [site+forced]; return (EXIT, FORCED | n)                   (cold)
//! ```
//!
//! What has no home of its own accord (`homes.rs`) gets one at the first site that shows it. Whoever rebuilds frames finds the home of
//! an operand in [`CompiledUnit::homes`](crate::CompiledUnit::homes).

use super::{Lowered, Lowering, TRUSTED};
use cranelift_codegen::ir::{Block, InstBuilder, Value, types};
use metatrace_ir::{Op, Opcode};
use metatrace_machine::{Context, Encoding, FORCED, Kind, Site, Status};

/// The sites of a unit: there is one word for it, since the code waits for one call at a time.
#[derive(Default)]
pub(super) struct Sites {
    /// Where code goes whose frames were rebuilt: parameters are the exit's number, status and payload.
    left: Option<Block>,
}

impl<E: Encoding> Lowering<'_, E> {
    /// Whether the current operation, a residual call, may come to look at frames.
    pub(super) fn is_site(&self, op: &Op) -> bool {
        let descr = op.aux.as_call();
        let guard = self.trace.ops.get(self.op as usize + 1).map(|next| next.opcode);
        self.request.options.sites
            && descr.effects.runs_user_code
            && descr.result != Some(Kind::Ref)
            && matches!(guard, Some(Opcode::GuardNoRaise | Opcode::GuardRaise))
    }

    /// Whether the unit has sites.
    pub(super) fn has_sites(&self) -> bool {
        self.request.options.sites
            && self.trace.ops.iter().any(|op| match op.opcode {
                Opcode::CallTrace => true,
                Opcode::Call => op.aux.as_call().effects.runs_user_code,
                _ => false,
            })
    }

    /// Begins the unit: nobody has looked. The cursor is where the function begins.
    pub(super) fn begin_site(&mut self) {
        let (site, null) = (self.site(), self.constant_word(0));
        self.cur.ins().store(TRUSTED, null, site, Site::FORCED_OFFSET);
    }

    /// The site lies before the homes.
    fn site(&mut self) -> Value {
        self.homes_base()
    }

    /// Lets the frames of the exit of operation `guard`, the next one, be found. Answers the site.
    pub(super) fn open_site(&mut self, guard: u32) -> Lowered<Value> {
        let snapshot = self.trace.snapshot(self.trace.ops[guard as usize].snapshot);
        let frames_count = self.trace.frames_of(snapshot).len();
        for operand in self.live.of(snapshot).to_vec() {
            self.bring_home_for_site(operand)?;
        }
        let site = self.site();
        let number = self.constant_word(Site::exit_word(self.next_exit_number(), frames_count));
        self.cur.ins().store(TRUSTED, number, site, Site::EXIT_OFFSET);
        Ok(site)
    }

    /// Of the next exit to be made.
    pub(super) fn next_exit_number(&self) -> u64 {
        self.request.first_exit + u64::from(self.exit_count)
    }

    /// Before a residual call: the context knows the site.
    pub(super) fn enter_site(&mut self) -> Lowered<()> {
        let site = self.open_site(self.op + 1)?;
        self.cur.ins().store(TRUSTED, site, self.ctx, Context::SITE_OFFSET);
        Ok(())
    }

    /// After a residual call: leaves if its frames were rebuilt.
    pub(super) fn leave_if_forced(&mut self, number: u64, status: Value, payload: Value) {
        let site = self.site();
        let forced = self.cur.ins().load(types::I64, TRUSTED, site, Site::FORCED_OFFSET);
        let (left, stay) = (self.cold_block(), self.block());
        self.cur.ins().brif(forced, left, &[], stay, &[]);
        self.at(left);
        let number = self.constant_word(FORCED | number);
        let shared = match self.sites.left {
            Some(shared) => shared,
            None => {
                let shared = self.cold_block();
                for _ in 0..3 {
                    self.cur.func.dfg.append_block_param(shared, types::I64);
                }
                *self.sites.left.insert(shared)
            }
        };
        self.cur.ins().jump(shared, &[number.into(), status.into(), payload.into()]);
        self.at(stay);
    }

    /// Before a call of a trace: the site is that of the callee's caller. Answers the one below it.
    pub(super) fn enter_call_site(&mut self) -> Lowered<Value> {
        let site = self.open_site(self.op)?;
        let outer = self.cur.ins().load(types::I64, TRUSTED, self.ctx, Context::CALLER_OFFSET);
        self.cur.ins().store(TRUSTED, outer, site, Site::OUTER_OFFSET);
        self.cur.ins().store(TRUSTED, site, self.ctx, Context::CALLER_OFFSET);
        Ok(outer)
    }

    /// After a call of a trace, whose own sites are no more.
    pub(super) fn leave_call_site(&mut self, outer: Value) {
        self.cur.ins().store(TRUSTED, outer, self.ctx, Context::CALLER_OFFSET);
        let null = self.constant_word(0);
        self.cur.ins().store(TRUSTED, null, self.ctx, Context::SITE_OFFSET);
    }

    /// After a residual call with this result.
    pub(super) fn leave_called_if_forced(&mut self, word: Value, kind: Option<Kind>) {
        let status = self.constant_word(Status::returned(kind.unwrap_or(Kind::Value)).0);
        let payload = if kind.is_some() { word } else { self.constant_word(E::NONE) };
        let number = self.next_exit_number();
        self.leave_if_forced(number, status, payload);
    }

    /// The common end of code whose frames were rebuilt.
    pub(super) fn finish_sites(&mut self) {
        if let Some(left) = self.sites.left {
            self.at(left);
            let params = self.cur.func.dfg.block_params(left).to_vec();
            let site = self.site();
            let forced = self.cur.ins().load(types::I64, TRUSTED, site, Site::FORCED_OFFSET);
            for (index, word) in [params[1], params[2], forced].into_iter().enumerate() {
                self.store_transfer(index, word);
            }
            let status = self.constant_word(Status::EXIT.0);
            self.cur.ins().return_(&[status, params[0]]);
        }
    }
}
