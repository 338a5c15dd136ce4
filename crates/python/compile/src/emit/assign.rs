//! Assignment, augmented assignment and deletion.

use ruff_python_ast::*;
use ruff_text_size::{Ranged, TextRange};

use super::expr::{inplace_opcode, writes_last};
use super::{Generator, Reg};
use crate::error::Result;
use crate::opcode::Opcode;

impl<'a> Generator<'a> {
    pub(super) fn assignment(&mut self, s: &'a StmtAssign) -> Result<()> {
        if let [target] = &s.targets[..] {
            if let Expr::Name(n) = target {
                return self.assign_to_name(n, &s.value);
            }
            if let (Some(targets), Some(values)) = (elements(target), elements(&s.value))
                && targets.len() == values.len()
                && targets.len() <= 16
                && !targets.iter().chain(values).any(Expr::is_starred_expr)
            {
                return self.assign_in_parallel(targets, values);
            }
        }
        let value = self.operand(&s.value)?;
        // `a = b = x`: a variable read in place must not change between the targets.
        let value = match s.targets.len() {
            1 => value,
            _ if self.unit.is_temp(value) => value,
            _ => {
                let t = self.unit.temp();
                self.move_to(s.range, t, value);
                t
            }
        };
        s.targets.iter().try_for_each(|target| self.assign(target, value))
    }

    fn assign_to_name(&mut self, n: &ExprName, value: &'a Expr) -> Result<()> {
        if let Some(register) = self.variable_register(&n.id)
            && writes_last(value)
        {
            return self.expr_to(value, register);
        }
        let value = self.operand(value)?;
        self.store_name(n.range, &n.id, value);
        Ok(())
    }

    /// `a, b = b, a` without a tuple: all values, then all targets.
    fn assign_in_parallel(&mut self, targets: &'a [Expr], values: &'a [Expr]) -> Result<()> {
        let block = self.sequence_block(values)?;
        for (i, target) in targets.iter().enumerate() {
            self.assign(target, block + i as Reg)?;
        }
        Ok(())
    }

    /// Assigns the value in a register to a target.
    pub(super) fn assign(&mut self, target: &'a Expr, value: Reg) -> Result<()> {
        let mark = self.unit.mark();
        let range = target.range();
        match target {
            Expr::Name(n) => self.store_name(range, &n.id, value),
            Expr::Attribute(a) => {
                self.check_attribute(a)?;
                let object = self.operand(&a.value)?;
                let name = self.mangle(&a.attr);
                let site = self.site(name);
                self.emit(range, Opcode::StoreAttr, object, value, site);
            }
            Expr::Subscript(s) => {
                let object = self.operand(&s.value)?;
                match &*s.slice {
                    Expr::Slice(slice) if slice.step.is_none() => {
                        let bounds = self.slice_bounds(slice)?;
                        self.emit(range, Opcode::StoreSlice, object, value, bounds);
                    }
                    index => {
                        let index = self.operand(index)?;
                        self.emit(range, Opcode::StoreItem, object, index, value);
                    }
                }
            }
            Expr::Tuple(t) => self.unpack(&t.elts, range, value)?,
            Expr::List(l) => self.unpack(&l.elts, range, value)?,
            Expr::Starred(_) => {
                return self.error(range, "starred assignment target must be in a list or tuple");
            }
            _ => return self.error(range, "cannot assign to expression"),
        }
        self.unit.reset(mark);
        Ok(())
    }

    fn unpack(&mut self, targets: &'a [Expr], range: TextRange, value: Reg) -> Result<()> {
        let star = targets.iter().position(Expr::is_starred_expr);
        let items = self.unit.temp();
        match star {
            None => self.emit(range, Opcode::UnpackSequence, items, value, targets.len() as u32),
            Some(before) => {
                let after = targets.len() - before - 1;
                if targets[before + 1..].iter().any(Expr::is_starred_expr) {
                    return self.error(range, "multiple starred expressions in assignment");
                }
                if before >= 1 << 8 || after >= 1 << 12 {
                    return self.error(range, "too many expressions in star-unpacking assignment");
                }
                let counts = before as u32 | (after as u32) << 12;
                self.emit(range, Opcode::UnpackEx, items, value, counts);
            }
        }
        for (i, target) in targets.iter().enumerate() {
            let target = match target {
                Expr::Starred(s) => &*s.value,
                t => t,
            };
            let mark = self.unit.mark();
            let register = match target {
                Expr::Name(n) => self.variable_register(&n.id),
                _ => None,
            };
            let at = target.range();
            match register {
                Some(r) => self.emit(at, Opcode::TupleItem, r, items, i as u32),
                None => {
                    let t = self.unit.temp();
                    self.emit(at, Opcode::TupleItem, t, items, i as u32);
                    self.assign(target, t)?;
                }
            }
            self.unit.reset(mark);
        }
        Ok(())
    }

    fn check_attribute(&self, a: &ExprAttribute) -> Result<()> {
        if a.attr.as_str() == "__debug__" {
            return self.error(a.range, "cannot assign to __debug__");
        }
        Ok(())
    }

    pub(super) fn augmented_assignment(&mut self, s: &'a StmtAugAssign) -> Result<()> {
        let op = inplace_opcode(s.op);
        match &*s.target {
            Expr::Name(n) => {
                if let Some(register) = self.variable_register(&n.id) {
                    let old = match self.variable_operand(n) {
                        Some(r) => r,
                        None => {
                            let t = self.unit.temp();
                            self.load_name(n.range, &n.id, t)?;
                            t
                        }
                    };
                    return self.binary_right(s.range, op, old, &s.value, register);
                }
                let old = self.unit.temp();
                self.load_name(n.range, &n.id, old)?;
                self.binary_right(s.range, op, old, &s.value, old)?;
                self.store_name(n.range, &n.id, old);
            }
            Expr::Attribute(a) => {
                self.check_attribute(a)?;
                let object = self.operand(&a.value)?;
                let name = self.mangle(&a.attr);
                let t = self.unit.temp();
                let site = self.site(name);
                self.emit(a.range, Opcode::LoadAttr, t, object, site);
                self.binary_right(s.range, op, t, &s.value, t)?;
                let site = self.site(name);
                self.emit(a.range, Opcode::StoreAttr, object, t, site);
            }
            Expr::Subscript(sub) => {
                let object = self.operand(&sub.value)?;
                if let Expr::Slice(slice) = &*sub.slice
                    && slice.step.is_none()
                {
                    let bounds = self.slice_bounds(slice)?;
                    let t = self.unit.temp();
                    self.emit(sub.range, Opcode::LoadSlice, t, object, bounds);
                    self.binary_right(s.range, op, t, &s.value, t)?;
                    self.emit(sub.range, Opcode::StoreSlice, object, t, bounds);
                    return Ok(());
                }
                let index = self.operand(&sub.slice)?;
                let t = self.unit.temp();
                self.emit(sub.range, Opcode::LoadItem, t, object, index);
                self.binary_right(s.range, op, t, &s.value, t)?;
                self.emit(sub.range, Opcode::StoreItem, object, index, t);
            }
            target => return self.error(target.range(), "illegal expression for augmented assignment"),
        }
        Ok(())
    }

    pub(super) fn delete(&mut self, target: &'a Expr) -> Result<()> {
        let mark = self.unit.mark();
        let range = target.range();
        match target {
            Expr::Name(n) => self.delete_name(range, &n.id),
            Expr::Attribute(a) => {
                if a.attr.as_str() == "__debug__" {
                    return self.error(range, "cannot delete __debug__");
                }
                let object = self.operand(&a.value)?;
                let name = self.mangle(&a.attr);
                let site = self.site(name);
                self.emit(range, Opcode::DeleteAttr, object, 0, site);
            }
            Expr::Subscript(s) => {
                let object = self.operand(&s.value)?;
                let index = self.operand(&s.slice)?;
                self.emit(range, Opcode::DeleteItem, object, index, 0);
            }
            Expr::Tuple(t) => t.elts.iter().try_for_each(|e| self.delete(e))?,
            Expr::List(l) => l.elts.iter().try_for_each(|e| self.delete(e))?,
            _ => return self.error(range, "cannot delete expression"),
        }
        self.unit.reset(mark);
        Ok(())
    }
}

fn elements(e: &Expr) -> Option<&[Expr]> {
    match e {
        Expr::Tuple(t) => Some(&t.elts),
        Expr::List(l) => Some(&l.elts),
        _ => None,
    }
}
