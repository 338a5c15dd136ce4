//! `with` and `async with`.
//!
//! The exit method and its receiver stay in two registers for the whole block, with three more behind them for the arguments of
//! the normal exit, so that each way out is three constants and a call.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{FrameBlock, Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::{LEFT_WHERE_RAISED, Opcode, SpecialMethod};

impl<'a> Generator<'a> {
    /// The statement from its item `index` on.
    pub(super) fn with_stmt(&mut self, s: &'a StmtWith, index: usize) -> Result<()> {
        let Some(item) = s.items.get(index) else {
            return self.body(&s.body);
        };
        if s.is_async {
            self.check_async(s.range, "'async with' outside async function")?;
        }
        let range = item.context_expr.range();
        let exit = self.unit.block(5);
        let mark = self.unit.mark();
        let manager = self.operand(&item.context_expr)?;
        let (enter_name, exit_name) = match s.is_async {
            true => (SpecialMethod::AEnter, SpecialMethod::AExit),
            false => (SpecialMethod::Enter, SpecialMethod::Exit),
        };
        let enter = self.unit.block(2);
        // Both are looked up before one is called, `__exit__` first: the order shows in which one is reported missing.
        self.emit(range, Opcode::LoadSpecial, exit, manager, exit_name as u32);
        self.emit(range, Opcode::LoadSpecial, enter, manager, enter_name as u32);
        self.emit(range, Opcode::CallMethod, enter, enter, 0);
        if s.is_async {
            self.await_value(range, enter, 1, enter);
        }
        let (handler, label, exception) = self.unit.handler();
        let saved = self.unit.temp();
        let end = self.unit.label();
        self.push_block(FrameBlock::With { exit, is_async: s.is_async, range });
        let outer = self.unit.handler.replace(handler);
        if let Some(target) = &item.optional_vars {
            self.assign(target, enter)?;
        }
        self.with_stmt(s, index + 1)?;
        self.unit.handler = outer;
        self.pop_block();
        self.normal_exit(range, exit, s.is_async);
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);

        self.unit.bind(label);
        let cleanup = self.begin_handler(range, saved, exception);
        let result = self.unit.temp();
        self.push_block(FrameBlock::WithEnd);
        self.emit(range, Opcode::WithExceptStart, result, exit, exception);
        if s.is_async {
            self.await_value(range, result, 2, result);
        }
        self.emit(range, Opcode::ToBool, result, result, 0);
        self.pop_block();
        let suppressed = self.unit.label();
        self.unit.handler = outer;
        self.jump(range, Opcode::JumpIfTrue, result, suppressed);
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        self.emit(range, Opcode::Reraise, exception, 0, LEFT_WHERE_RAISED);
        self.unit.bind(suppressed);
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);
        self.end_handler(cleanup, saved);
        self.unit.bind(end);
        self.unit.reset(mark);
        Ok(())
    }

    /// `exit(None, None, None)`
    pub(super) fn normal_exit(&mut self, range: TextRange, exit: Reg, is_async: bool) {
        let mark = self.unit.mark();
        for i in 2..5 {
            self.load_const(range, exit + i, Constant::None);
        }
        let result = self.unit.temp();
        self.emit(range, Opcode::CallMethod, result, exit, 3);
        if is_async {
            self.await_value(range, result, 2, result);
        }
        self.unit.reset(mark);
    }
}
