//! `yield`, `yield from` and `await`.

use ruff_python_ast::*;
use ruff_text_size::TextRange;

use super::{Generator, Reg};
use crate::code::{Constant, flags};
use crate::error::Result;
use crate::opcode::Opcode;
use crate::symtable::ScopeKind;

impl<'a> Generator<'a> {
    pub(super) fn emit_yield(&mut self, range: TextRange, dst: Reg, value: Reg) {
        let mut value = value;
        if self.unit.flags & flags::ASYNC_GENERATOR != 0 {
            let t = self.unit.temp();
            self.emit(range, Opcode::AsyncGenWrap, t, value, 0);
            value = t;
        }
        self.emit(range, Opcode::Yield, dst, value, 0);
    }

    pub(super) fn yield_from(&mut self, y: &'a ExprYieldFrom, dst: Reg) -> Result<()> {
        let scope = self.table.scope(self.unit.scope);
        if !scope.is_function_like() {
            return self.error(y.range, "'yield from' outside function");
        }
        if scope.kind == ScopeKind::Function && scope.is_coroutine {
            return self.error(y.range, "'yield from' inside async function");
        }
        let iterable = self.operand(&y.value)?;
        let iterator = self.unit.temp();
        self.emit(y.range, Opcode::GetYieldFromIter, iterator, iterable, 0);
        self.delegate(y.range, iterator, dst);
        Ok(())
    }

    /// `dst = await awaitable`; `context` as in `GET_AWAITABLE`.
    pub(super) fn await_value(&mut self, range: TextRange, awaitable: Reg, context: u32, dst: Reg) {
        let iterator = self.unit.temp();
        self.emit(range, Opcode::GetAwaitable, iterator, awaitable, context);
        self.delegate(range, iterator, dst);
    }

    /// Runs `iterator` to its end, yielding what it yields; `dst` becomes what it returns.
    ///
    /// ```text
    ///     value = None
    /// next:
    ///     SEND value, iterator, done
    ///     YIELD_DELEGATED value, value, iterator     # an exception here that throw() did not settle: thrown
    ///     JUMP next
    /// thrown:
    ///     CLEANUP_THROW value, exception             # StopIteration: its value is the result
    /// done:
    /// ```
    pub(super) fn delegate(&mut self, range: TextRange, iterator: Reg, dst: Reg) {
        let value = self.unit.temp();
        let (handler, thrown, exception) = self.unit.handler();
        let (next, done) = (self.unit.label(), self.unit.label());
        self.load_const(range, value, Constant::None);
        self.unit.bind(next);
        self.jump_with(range, Opcode::Send, value, iterator, done);
        let outer = self.unit.handler.replace(handler);
        self.emit(range, Opcode::YieldDelegated, value, value, iterator);
        self.unit.handler = outer;
        self.jump(range, Opcode::Jump, 0, next);
        self.unit.bind(thrown);
        self.emit(range, Opcode::CleanupThrow, value, exception, 0);
        self.unit.bind(done);
        self.move_to(range, dst, value);
    }

    /// A branch with two register operands.
    pub(super) fn jump_with(&mut self, range: TextRange, op: Opcode, a: Reg, b: Reg, target: super::Label) {
        self.emit(range, op, a, b, target.0);
    }
}
