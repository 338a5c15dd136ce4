//! Calls.
//!
//! The callable and its arguments sit in consecutive registers, so that a frame for a Python function is filled by copying a block.
//! `x.m(...)` loads the method and its receiver without making a bound method (`LOAD_METHOD`), and `super().m(...)` without making
//! a `super` object. Calls with `*` or `**` build a list and a dict (`CALL_EX`).

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::expr::not_callable;
use super::{Generator, Reg};
use crate::code::{CallShape, Constant};
use crate::error::Result;
use crate::opcode::Opcode;
use crate::symtable::ScopeKind;

/// Calls with more arguments than this go through `CALL_EX`.
const ARGUMENTS_MAX: usize = 250;

impl<'a> Generator<'a> {
    pub(super) fn call(&mut self, c: &'a ExprCall, dst: Reg) -> Result<()> {
        if let Some(name) = not_callable(&c.func) {
            self.warn(c.range(), format!("'{name}' object is not callable; perhaps you missed a comma?"));
        }
        self.check_keywords(&c.arguments.keywords)?;
        let range = c.range();
        if self.settings.is_own
            && matches!(&*c.func, Expr::Name(name) if name.id.as_str() == "is_int")
            && let [tested] = &*c.arguments.args
        {
            let tested = self.operand(tested)?;
            self.emit(range, Opcode::IsInt, dst, tested, 0);
            return Ok(());
        }
        if !is_simple(&c.arguments) {
            let base = self.unit.block(3);
            self.expr_to(&c.func, base)?;
            return self.call_ex(range, base, 0, &c.arguments, dst);
        }
        let n = (c.arguments.args.len() + c.arguments.keywords.len()) as u32;
        let (base, is_method) = match &*c.func {
            Expr::Attribute(a) => {
                let base = self.unit.block(n + 2);
                let op_range = TextRange::new(a.attr.start(), a.attr.end());
                if !self.super_method(a, base)? {
                    let object = self.operand_in(&a.value, base)?;
                    let name = self.mangle(&a.attr);
                    let site = self.site(name);
                    let whole = TextRange::new(c.func.start(), op_range.end());
                    self.emit(whole, Opcode::LoadMethod, base, object, site);
                    self.unit.reset(base + n + 2);
                }
                (base, true)
            }
            func => {
                let base = self.unit.block(n + 1);
                self.expr_to(func, base)?;
                (base, false)
            }
        };
        let first = base + 1 + u32::from(is_method);
        self.simple_arguments(range, base, first, 0, &c.arguments, is_method, dst)
    }

    /// Evaluates the arguments after `injected` ones that are in place, and calls.
    #[allow(clippy::too_many_arguments)]
    fn simple_arguments(
        &mut self,
        range: TextRange,
        base: Reg,
        first: Reg,
        injected: u32,
        arguments: &'a Arguments,
        is_method: bool,
        dst: Reg,
    ) -> Result<()> {
        let values = arguments.args.iter().chain(arguments.keywords.iter().map(|k| &k.value));
        for (e, at) in values.zip(first + injected..) {
            if matches!(e, Expr::Generator(_)) {
                self.argument_range = Some(arguments.range);
            }
            self.expr_to(e, at)?;
        }
        let positional = injected + arguments.args.len() as u32;
        if arguments.keywords.is_empty() {
            let op = if is_method { Opcode::CallMethod } else { Opcode::Call };
            self.emit(range, op, dst, base, positional);
            return Ok(());
        }
        let names = arguments.keywords.iter().filter_map(|k| k.arg.as_ref());
        let keywords = names.map(|name| self.keyword_name(name)).collect();
        let shape = self.shape(CallShape { positional, keywords });
        let op = if is_method { Opcode::CallMethodKw } else { Opcode::CallKw };
        self.emit(range, op, dst, base, shape);
        Ok(())
    }

    fn keyword_name(&mut self, name: &Identifier) -> u32 {
        let symbol = self.intern(name);
        self.name_index(symbol)
    }

    fn shape(&mut self, shape: CallShape) -> u32 {
        let shapes = &mut self.unit.shapes;
        // Shapes repeat often and a code object has few of them; beyond that, sharing is not worth a search.
        if let Some(i) = shapes.iter().take(64).position(|s| *s == shape) {
            return i as u32;
        }
        shapes.push(shape);
        shapes.len() as u32 - 1
    }

    /// A call whose callable is in `base` and whose first `injected` arguments follow it: a class statement.
    /// `extra` is appended to the positional arguments (the generic base).
    pub(super) fn call_with(
        &mut self,
        range: TextRange,
        base: Reg,
        injected: u32,
        arguments: Option<&'a Arguments>,
        extra: Option<Reg>,
        dst: Reg,
    ) -> Result<()> {
        let Some(arguments) = arguments else {
            let mut n = injected;
            if let Some(extra) = extra {
                let t = self.unit.temp();
                debug_assert_eq!(t, base + 1 + injected);
                self.move_to(range, t, extra);
                n += 1;
            }
            self.emit(range, Opcode::Call, dst, base, n);
            return Ok(());
        };
        self.check_keywords(&arguments.keywords)?;
        if is_simple(arguments) && extra.is_none() {
            let n = (arguments.args.len() + arguments.keywords.len()) as u32;
            self.unit.block(n);
            return self.simple_arguments(range, base, base + 1, injected, arguments, false, dst);
        }
        let block = self.unit.block(3);
        self.move_to(range, block, base);
        let list = self.unit.temp();
        self.emit(range, Opcode::BuildList, list, base + 1, injected);
        self.extend_positional(&arguments.args, list)?;
        if let Some(extra) = extra {
            self.emit(range, Opcode::ListAppend, list, extra, 0);
        }
        self.move_to(range, block + 1, list);
        self.keywords_and_call(range, block, arguments, dst)
    }

    fn extend_positional(&mut self, args: &'a [Expr], list: Reg) -> Result<()> {
        let mark = self.unit.mark();
        for e in args {
            let (e, op) = match e {
                Expr::Starred(s) => (&*s.value, Opcode::ListExtend),
                _ => (e, Opcode::ListAppend),
            };
            let value = self.operand(e)?;
            self.emit(e.range(), op, list, value, 0);
            self.unit.reset(mark);
        }
        Ok(())
    }

    /// `base`: callable, then room for the positional arguments and the keywords.
    fn call_ex(
        &mut self,
        range: TextRange,
        base: Reg,
        injected: u32,
        arguments: &'a Arguments,
        dst: Reg,
    ) -> Result<()> {
        debug_assert_eq!(injected, 0);
        match &*arguments.args {
            [Expr::Starred(only)] => self.expr_to(&only.value, base + 1)?,
            args => self.tuple(args, range, base + 1)?,
        }
        self.keywords_and_call(range, base, arguments, dst)
    }

    fn keywords_and_call(
        &mut self,
        range: TextRange,
        base: Reg,
        arguments: &'a Arguments,
        dst: Reg,
    ) -> Result<()> {
        let has_keywords = !arguments.keywords.is_empty();
        if has_keywords {
            let map = base + 2;
            let mark = self.unit.mark();
            let lead = arguments.keywords.iter().take(32).take_while(|k| k.arg.is_some()).count();
            let block = self.unit.block(2 * lead as u32);
            for (i, k) in arguments.keywords[..lead].iter().enumerate() {
                let at = block + 2 * i as Reg;
                if let Some(name) = &k.arg {
                    self.load_const(k.range, at, Constant::str(name));
                }
                self.expr_to(&k.value, at + 1)?;
            }
            self.emit(range, Opcode::BuildMap, map, block, lead as u32);
            self.unit.reset(mark);
            for k in &arguments.keywords[lead..] {
                match &k.arg {
                    Some(name) => {
                        // A dict of one: duplicates of an earlier `**` must be reported.
                        let pair = self.unit.block(2);
                        self.load_const(k.range, pair, Constant::str(name));
                        self.expr_to(&k.value, pair + 1)?;
                        self.emit(k.range, Opcode::BuildMap, pair, pair, 1);
                        self.emit(k.range, Opcode::DictMerge, map, pair, base);
                    }
                    None => {
                        let value = self.operand(&k.value)?;
                        self.emit(k.range, Opcode::DictMerge, map, value, base);
                    }
                }
                self.unit.reset(mark);
            }
        }
        self.emit(range, Opcode::CallEx, dst, base, u32::from(has_keywords));
        Ok(())
    }

    fn check_keywords(&self, keywords: &[Keyword]) -> Result<()> {
        for (i, k) in keywords.iter().enumerate() {
            let Some(name) = &k.arg else { continue };
            if name.as_str() == "__debug__" {
                return self.error(k.range, "cannot assign to __debug__");
            }
            // Quadratic in the number of keywords of one call; CPython does the same.
            let repeated = keywords[i + 1..]
                .iter()
                .find(|o| o.arg.as_ref().is_some_and(|o| o.as_str() == name.as_str()));
            if let Some(other) = repeated {
                return self.error(other.range, format!("keyword argument repeated: {name}"));
            }
        }
        Ok(())
    }

    /// `super().name` and `super(C, self).name` of the builtin `super`, as far as can be seen.
    fn super_block(&mut self, a: &'a ExprAttribute) -> Result<Option<Reg>> {
        let Expr::Call(call) = &*a.value else { return Ok(None) };
        let Expr::Name(func) = &*call.func else { return Ok(None) };
        let scope = self.table.scope(self.unit.scope);
        let in_function = matches!(scope.kind, ScopeKind::Function | ScopeKind::Lambda);
        if func.id.as_str() != "super"
            || !in_function
            || !self.unit.inlined.is_empty()
            || !call.arguments.keywords.is_empty()
            || call.arguments.args.iter().any(Expr::is_starred_expr)
            || a.attr.as_str() == "__class__"
        {
            return Ok(None);
        }
        let symbol = self.intern("super");
        if self.place(symbol) != super::name::Place::Global
            || self
                .table
                .scope(crate::symtable::SymbolTable::MODULE)
                .get(symbol)
                .is_some_and(|s| s.usage & crate::symtable::usage::BOUND != 0)
        {
            return Ok(None);
        }
        let class = self.intern("__class__");
        let first = self.unit.varnames.first().copied();
        let range = call.range();
        match (&*call.arguments.args, first) {
            ([], Some(first)) if self.unit.arg_count > 0 && self.unit.cells.contains_key(&class) => {
                let block = self.unit.block(3);
                self.load_name(func.range, "super", block)?;
                self.load_symbol(range, class, block + 1);
                self.load_symbol(range, first, block + 2);
                Ok(Some(block))
            }
            ([class, object], _) => {
                let block = self.unit.block(3);
                self.load_name(func.range, "super", block)?;
                self.expr_to(class, block + 1)?;
                self.expr_to(object, block + 2)?;
                Ok(Some(block))
            }
            _ => Ok(None),
        }
    }

    pub(super) fn super_attribute(&mut self, a: &'a ExprAttribute, dst: Reg) -> Result<bool> {
        let Some(block) = self.super_block(a)? else { return Ok(false) };
        let name = self.mangle(&a.attr);
        let site = self.site(name);
        self.emit(a.range, Opcode::LoadSuperAttr, dst, block, site);
        Ok(true)
    }

    fn super_method(&mut self, a: &'a ExprAttribute, pair: Reg) -> Result<bool> {
        let mark = self.unit.mark();
        let Some(block) = self.super_block(a)? else { return Ok(false) };
        let name = self.mangle(&a.attr);
        let site = self.site(name);
        self.emit(a.range, Opcode::LoadSuperMethod, pair, block, site);
        self.unit.reset(mark);
        Ok(true)
    }
}

fn is_simple(arguments: &Arguments) -> bool {
    arguments.args.len() + arguments.keywords.len() <= ARGUMENTS_MAX
        && !arguments.args.iter().any(Expr::is_starred_expr)
        && arguments.keywords.iter().all(|k| k.arg.is_some())
}
