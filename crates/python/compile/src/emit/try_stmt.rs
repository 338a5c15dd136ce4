//! `try`, and leaving blocks early.
//!
//! Exceptions cost nothing unless raised: a handler tag on the instructions of the body becomes a range in the exception table.
//! `finally` is duplicated: once for the normal end, once per `return`, `break` and `continue` that leaves the body, once for
//! exceptions. A handler begins with `PUSH_EXC_INFO saved, exc` and every way out of it does `POP_EXCEPT saved`, so that
//! `sys.exception()` nests; an exception inside the handler goes to a small cleanup that does the same and raises on.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::{FrameBlock, Generator, Handler, Label, OpenBlock, Reg};
use crate::error::Result;
use crate::location::NO_LOCATION;
use crate::opcode::{IntrinsicKind, LEFT_WHERE_RAISED, Opcode};

/// Blocks popped for the duration of an early exit, to be put back afterwards.
pub(super) struct Unwound<'a> {
    blocks: Vec<OpenBlock<'a>>,
    handler: Option<Handler>,
    mark: Reg,
}

impl<'a> Generator<'a> {
    /// Emits what leaving the blocks from `keep` on takes (all of them for a `return`), innermost first. The jump or return
    /// that follows must be followed by [`Self::end_unwind`].
    pub(super) fn unwind(&mut self, mut range: TextRange, keep: Option<usize>) -> Result<TextRange> {
        let is_return = keep.is_none();
        let keep = keep.unwrap_or(0);
        let unwound = Unwound {
            blocks: self.unit.blocks[keep..].to_vec(),
            handler: self.unit.handler,
            mark: self.unit.mark(),
        };
        while self.unit.blocks.len() > keep {
            let Some(open) = self.unit.blocks.pop() else { break };
            self.leave_block(open, range, is_return)?;
            self.unit.handler = open.outer;
            // What is left comes behind the lines of that.
            if matches!(open.block, FrameBlock::Finally { .. } | FrameBlock::With { .. }) {
                range = NO_LOCATION;
            }
        }
        self.unwound.push(unwound);
        Ok(range)
    }

    /// Restores the blocks that an early exit has left.
    pub(super) fn end_unwind(&mut self) {
        if let Some(u) = self.unwound.pop() {
            self.unit.blocks.extend(u.blocks);
            self.unit.handler = u.handler;
            self.unit.reset(u.mark);
        }
    }

    fn leave_block(&mut self, open: OpenBlock<'a>, range: TextRange, is_return: bool) -> Result<()> {
        match open.block {
            FrameBlock::Loop { .. } => {}
            FrameBlock::Finally { body } => {
                self.unit.handler = open.outer;
                self.body(body)?;
            }
            FrameBlock::FinallyEnd { saved } => {
                self.emit(range, Opcode::PopExcept, saved, 0, 0);
            }
            FrameBlock::Except { saved, name } => {
                self.emit(range, Opcode::PopExcept, saved, 0, 0);
                self.unit.handler = open.outer;
                self.clear_handler_name(range, name);
            }
            FrameBlock::ExceptStar => {
                if is_return {
                    return self.error(range, super::statement::EXCEPT_STAR_EXIT);
                }
            }
            FrameBlock::With { exit, is_async, range: at } => {
                self.unit.handler = open.outer;
                self.normal_exit(at, exit, is_async);
            }
            FrameBlock::WithEnd => {}
        }
        Ok(())
    }

    pub(super) fn try_stmt(&mut self, s: &'a StmtTry) -> Result<()> {
        // A line of its own for whoever traces the program.
        self.emit(s.range, Opcode::Nop, 0, 0, 0);
        if s.finalbody.is_empty() {
            return self.try_except(s);
        }
        let (handler, label, exception) = self.unit.handler();
        let saved = self.unit.temp();
        let end = self.unit.label();
        self.push_block(FrameBlock::Finally { body: &s.finalbody });
        let outer = self.unit.handler.replace(handler);
        if s.handlers.is_empty() {
            self.body(&s.body)?;
        } else {
            self.try_except(s)?;
        }
        self.unit.handler = outer;
        self.pop_block();
        self.body(&s.finalbody)?;
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);

        self.unit.bind(label);
        // No line: a debugger that stops at the first of the body must find the exception put aside.
        let cleanup = self.begin_handler(NO_LOCATION, saved, exception);
        self.push_block_in(FrameBlock::FinallyEnd { saved }, outer);
        self.body(&s.finalbody)?;
        self.pop_block();
        self.unit.handler = outer;
        // On the line that the body ends on.
        let at = self.unit.instructions.iter().rev().map(|i| i.range).find(|range| *range != NO_LOCATION);
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        self.emit(at.unwrap_or(NO_LOCATION), Opcode::Reraise, exception, 0, 0);
        self.end_handler(cleanup, saved);
        self.unit.bind(end);
        Ok(())
    }

    /// Pushes a block whose outside handler is not the one in force.
    fn push_block_in(&mut self, block: FrameBlock<'a>, outer: Option<Handler>) {
        self.unit.blocks.push(OpenBlock { block, outer });
    }

    /// Starts a handler's code; exceptions from here on go to a cleanup. Returns the cleanup's label and register.
    pub(super) fn begin_handler(&mut self, range: TextRange, saved: Reg, exception: Reg) -> (Label, Reg) {
        self.emit(range, Opcode::PushExcInfo, saved, exception, 0);
        let (handler, label, register) = self.unit.handler();
        self.unit.handler = Some(handler);
        (label, register)
    }

    /// Emits the cleanup of a handler; the handler in force must be the outer one.
    pub(super) fn end_handler(&mut self, cleanup: (Label, Reg), saved: Reg) {
        self.unit.bind(cleanup.0);
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        self.emit(NO_LOCATION, Opcode::Reraise, cleanup.1, 0, LEFT_WHERE_RAISED);
    }

    fn try_except(&mut self, s: &'a StmtTry) -> Result<()> {
        let (handler, label, exception) = self.unit.handler();
        let saved = self.unit.temp();
        let end = self.unit.label();
        let outer = self.unit.handler.replace(handler);
        self.body(&s.body)?;
        self.unit.handler = outer;
        self.body(&s.orelse)?;
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);
        self.unit.bind(label);
        let at = s.handlers.first().map_or(s.range, |h| h.range());
        let cleanup = self.begin_handler(at, saved, exception);
        if s.is_star {
            self.star_handlers(s, exception, saved, outer, end)?;
        } else {
            self.handlers(s, exception, saved, outer, end)?;
        }
        self.unit.handler = outer;
        self.end_handler(cleanup, saved);
        self.unit.bind(end);
        Ok(())
    }

    fn handlers(
        &mut self,
        s: &'a StmtTry,
        exception: Reg,
        saved: Reg,
        outer: Option<Handler>,
        end: Label,
    ) -> Result<()> {
        let inner = self.unit.handler;
        for (i, ExceptHandler::ExceptHandler(h)) in s.handlers.iter().enumerate() {
            self.unit.handler = inner;
            let mark = self.unit.mark();
            let next = self.unit.label();
            match &h.type_ {
                Some(t) => {
                    let class = self.operand(t)?;
                    let matches = self.unit.temp();
                    self.emit(t.range(), Opcode::CheckExcMatch, matches, exception, class);
                    self.jump(t.range(), Opcode::JumpIfFalse, matches, next);
                    self.unit.reset(mark);
                }
                None if i + 1 < s.handlers.len() => {
                    return self.error(h.range, "default 'except:' must be last");
                }
                None => {}
            }
            if let Some(name) = &h.name {
                self.store_name(h.range, name, exception);
                let (handler, label, raised) = self.unit.handler();
                self.push_block_in(FrameBlock::Except { saved, name: Some(name) }, outer);
                self.unit.handler = Some(handler);
                self.body(&h.body)?;
                self.pop_block();
                self.unit.handler = outer;
                self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
                self.clear_handler_name(NO_LOCATION, Some(name));
                self.jump(NO_LOCATION, Opcode::Jump, 0, end);
                self.unit.bind(label);
                self.unit.handler = inner;
                self.clear_handler_name(NO_LOCATION, Some(name));
                self.emit(NO_LOCATION, Opcode::Reraise, raised, 0, LEFT_WHERE_RAISED);
            } else {
                self.push_block_in(FrameBlock::Except { saved, name: None }, outer);
                self.body(&h.body)?;
                self.pop_block();
                self.unit.handler = outer;
                self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
                self.jump(NO_LOCATION, Opcode::Jump, 0, end);
            }
            self.unit.bind(next);
            self.unit.reset(mark);
        }
        self.unit.handler = outer;
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        // On the line of the handler whose test failed last.
        let at = s.handlers.last().map_or(NO_LOCATION, Ranged::range);
        self.emit(at, Opcode::Reraise, exception, 0, 0);
        Ok(())
    }

    /// `except*`: each clause takes its part of the group; what the clauses raise and what is left is raised at the end.
    fn star_handlers(
        &mut self,
        s: &'a StmtTry,
        exception: Reg,
        saved: Reg,
        outer: Option<Handler>,
        end: Label,
    ) -> Result<()> {
        let inner = self.unit.handler;
        let original_and_list = self.unit.block(2);
        let list = original_and_list + 1;
        let rest = self.unit.temp();
        self.move_to(NO_LOCATION, original_and_list, exception);
        self.move_to(NO_LOCATION, rest, exception);
        self.emit(NO_LOCATION, Opcode::BuildList, list, list, 0);
        let finish = self.unit.label();
        for ExceptHandler::ExceptHandler(h) in &s.handlers {
            self.unit.handler = inner;
            let mark = self.unit.mark();
            let next = self.unit.label();
            let Some(t) = &h.type_ else {
                return self.error(h.range, "expected one or more exception types");
            };
            let class = self.operand(t)?;
            let (pair, matched) = (self.unit.temp(), self.unit.temp());
            self.jump(h.range, Opcode::JumpIfNone, rest, next);
            self.emit(t.range(), Opcode::CheckEgMatch, pair, rest, class);
            self.emit(t.range(), Opcode::TupleItem, matched, pair, 0);
            self.emit(t.range(), Opcode::TupleItem, rest, pair, 1);
            self.jump(t.range(), Opcode::JumpIfNone, matched, next);
            let sink = self.unit.temp();
            self.emit(t.range(), Opcode::Intrinsic, sink, matched, IntrinsicKind::SetExcInfo as u32);
            if let Some(name) = &h.name {
                self.store_name(h.range, name, matched);
            }
            let (handler, label, raised) = self.unit.handler();
            self.push_block(FrameBlock::ExceptStar);
            self.unit.handler = Some(handler);
            self.body(&h.body)?;
            self.unit.handler = inner;
            self.pop_block();
            self.clear_handler_name(NO_LOCATION, h.name.as_ref());
            self.jump(NO_LOCATION, Opcode::Jump, 0, next);
            self.unit.bind(label);
            self.clear_handler_name(NO_LOCATION, h.name.as_ref());
            self.emit(NO_LOCATION, Opcode::ListAppend, list, raised, 0);
            self.unit.bind(next);
            self.unit.reset(mark);
        }
        self.unit.bind(finish);
        self.unit.handler = inner;
        let nothing = self.unit.label();
        self.emit(NO_LOCATION, Opcode::ListAppend, list, rest, 0);
        let raise = self.unit.temp();
        self.emit(
            NO_LOCATION,
            Opcode::Intrinsic,
            raise,
            original_and_list,
            IntrinsicKind::PrepReraiseStar as u32,
        );
        self.unit.handler = outer;
        self.emit(NO_LOCATION, Opcode::PopExcept, saved, 0, 0);
        self.jump(NO_LOCATION, Opcode::JumpIfNone, raise, nothing);
        self.emit(NO_LOCATION, Opcode::Reraise, raise, 0, 0);
        self.unit.bind(nothing);
        self.jump(NO_LOCATION, Opcode::Jump, 0, end);
        Ok(())
    }
}
