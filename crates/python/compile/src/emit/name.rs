//! Reading, binding and deleting names.

use ruff_python_ast::*;
use ruff_text_size::TextRange;

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::opcode::Opcode;
use crate::symtable::{Access, ScopeKind, Symbol, SymbolTable, usage};

/// Where a name's value is, seen from the innermost scope.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// In a register of this frame.
    Register(Reg),
    /// In a cell held by a register of this frame.
    Cell(Reg),
    /// In a cell, but the namespace of the class body is asked first.
    ClassCell(Reg),
    /// In globals or builtins.
    Global,
    /// In the frame's namespace, globals or builtins.
    Name,
}

impl<'a> Generator<'a> {
    pub(super) fn place(&self, name: Symbol) -> Place {
        let mut through_comprehension = false;
        for inlined in self.unit.inlined.iter().rev() {
            if let Some(&(register, is_cell)) = inlined.variables.get(&name) {
                return if is_cell { Place::Cell(register) } else { Place::Register(register) };
            }
            let scope = self.table.scope(inlined.scope);
            if scope.get(name).is_some_and(|i| i.access == Access::GlobalExplicit) {
                return Place::Global;
            }
            through_comprehension = true;
        }
        let host = self.table.scope(self.unit.scope);
        let access = host.get(name).map(|i| i.access);
        let cell = self.unit.cells.get(&name).copied();
        if host.is_function_like() {
            return match (access, cell) {
                (Some(Access::GlobalExplicit), _) => Place::Global,
                // The class around has the name, too: a cell that is here is passed on to functions further in.
                (Some(Access::GlobalImplicit), Some(_)) if host.sees_class => Place::Global,
                (_, Some(cell)) => Place::Cell(cell),
                _ => self.unit.locals.get(&name).map_or(Place::Global, |&r| Place::Register(r)),
            };
        }
        if through_comprehension {
            return match (cell, host.kind, access) {
                (Some(cell), ..) => Place::Cell(cell),
                (None, ScopeKind::Module, Some(Access::GlobalExplicit)) => Place::Global,
                (None, ScopeKind::Module, _) => Place::Name,
                _ => Place::Global,
            };
        }
        match (access, cell) {
            (Some(Access::GlobalExplicit), _) => Place::Global,
            (Some(Access::Free), Some(cell)) => Place::ClassCell(cell),
            _ => Place::Name,
        }
    }

    /// Whether reads of the variable must be copied: an assignment expression may rebind it before they are used.
    fn is_rebound_in_expressions(&self, name: Symbol) -> bool {
        let host = self.table.scope(self.unit.scope).usage(name);
        let inner = self.table.scope(self.scope_id()).usage(name);
        (host | inner) & usage::WALRUS != 0
    }

    /// The register of a local variable that may be read in place. Emits the check that it is bound.
    pub(super) fn variable_operand(&mut self, n: &ExprName) -> Option<Reg> {
        if n.id.as_str() == "__debug__" {
            return None;
        }
        let name = self.mangle(&n.id);
        match self.place(name) {
            Place::Register(r) if !self.is_rebound_in_expressions(name) => {
                self.check_bound(n.range, r, name);
                Some(r)
            }
            _ => None,
        }
    }

    fn check_bound(&mut self, range: TextRange, register: Reg, name: Symbol) {
        let name = self.name_index(name);
        self.emit(range, Opcode::CheckBound, register, 0, name);
    }

    pub(super) fn load_name(&mut self, range: TextRange, id: &str, dst: Reg) -> Result<()> {
        if id == "__debug__" {
            let value = Constant::Bool(self.settings.optimize == 0);
            self.load_const(range, dst, value);
            return Ok(());
        }
        let name = self.mangle(id);
        self.load_symbol(range, name, dst);
        Ok(())
    }

    pub(super) fn load_symbol(&mut self, range: TextRange, name: Symbol, dst: Reg) {
        let sees_class = self.table.scope(self.unit.scope).sees_class && self.unit.inlined.is_empty();
        match self.place(name) {
            Place::Register(r) => {
                self.check_bound(range, r, name);
                self.emit(range, Opcode::Move, dst, r, 0);
            }
            Place::Cell(r) => {
                let index = self.name_index(name);
                let classdict = self.intern("__classdict__");
                let is_free =
                    self.table.scope(self.unit.scope).get(name).is_some_and(|i| i.access == Access::Free);
                match self.unit.cells.get(&classdict).copied() {
                    Some(dict) if sees_class && is_free && name != classdict => {
                        let t = self.in_temp(dst);
                        let dict_name = self.name_index(classdict);
                        self.emit(range, Opcode::LoadDeref, t, dict, dict_name);
                        self.emit(range, Opcode::LoadFromDictOrDeref, t, r, index);
                        self.move_to(range, dst, t);
                    }
                    _ => self.emit(range, Opcode::LoadDeref, dst, r, index),
                }
            }
            Place::ClassCell(r) => {
                let index = self.name_index(name);
                let t = self.in_temp(dst);
                self.emit(range, Opcode::LoadLocals, t, 0, 0);
                self.emit(range, Opcode::LoadFromDictOrDeref, t, r, index);
                self.move_to(range, dst, t);
            }
            Place::Global => {
                let classdict = self.intern("__classdict__");
                let implicit = self
                    .table
                    .scope(self.unit.scope)
                    .get(name)
                    .is_some_and(|i| i.access == Access::GlobalImplicit);
                match self.unit.cells.get(&classdict).copied() {
                    Some(dict) if sees_class && implicit => {
                        let index = self.name_index(name);
                        let t = self.in_temp(dst);
                        let dict_name = self.name_index(classdict);
                        self.emit(range, Opcode::LoadDeref, t, dict, dict_name);
                        self.emit(range, Opcode::LoadFromDictOrGlobals, t, 0, index);
                        self.move_to(range, dst, t);
                    }
                    _ => {
                        let site = self.variable_site(name);
                        self.emit(range, Opcode::LoadGlobal, dst, 0, site);
                    }
                }
            }
            Place::Name => {
                let site = self.variable_site(name);
                self.emit(range, Opcode::LoadName, dst, 0, site);
            }
        }
    }

    /// `dst` itself if it is a temporary, else a fresh one (for instructions that update their destination).
    fn in_temp(&mut self, dst: Reg) -> Reg {
        if self.unit.is_temp(dst) { dst } else { self.unit.temp() }
    }

    pub(super) fn move_to(&mut self, range: TextRange, dst: Reg, src: Reg) {
        if dst != src {
            self.emit(range, Opcode::Move, dst, src, 0);
        }
    }

    /// The register in which the named variable lives, if it does: a value can be computed into it directly.
    pub(super) fn variable_register(&mut self, id: &str) -> Option<Reg> {
        let name = self.mangle(id);
        match self.place(name) {
            Place::Register(r) => Some(r),
            _ => None,
        }
    }

    pub(super) fn store_name(&mut self, range: TextRange, id: &str, src: Reg) {
        let name = self.mangle(id);
        self.store_symbol(range, name, src);
    }

    pub(super) fn store_symbol(&mut self, range: TextRange, name: Symbol, src: Reg) {
        match self.place(name) {
            Place::Register(r) => self.move_to(range, r, src),
            Place::Cell(r) | Place::ClassCell(r) => self.emit(range, Opcode::StoreDeref, r, src, 0),
            Place::Global => {
                let site = self.variable_site(name);
                self.emit(range, Opcode::StoreGlobal, src, 0, site);
            }
            // What is not in a loop runs once.
            Place::Name if self.unit.scope == SymbolTable::MODULE && self.unit.conditional_depth > 0 => {
                let site = self.variable_site(name);
                self.emit(range, Opcode::StoreNameCached, src, 0, site);
            }
            Place::Name => {
                let index = self.name_index(name);
                self.emit(range, Opcode::StoreName, src, 0, index);
            }
        }
    }

    pub(super) fn delete_name(&mut self, range: TextRange, id: &str) {
        let name = self.mangle(id);
        match self.place(name) {
            Place::Register(r) => {
                self.check_bound(range, r, name);
                self.emit(range, Opcode::Unset, r, 0, 0);
            }
            Place::Cell(r) | Place::ClassCell(r) => {
                let index = self.name_index(name);
                self.emit(range, Opcode::DeleteDeref, r, 0, index);
            }
            Place::Global => {
                let site = self.variable_site(name);
                self.emit(range, Opcode::DeleteGlobal, 0, 0, site);
            }
            Place::Name => {
                let index = self.name_index(name);
                self.emit(range, Opcode::DeleteName, 0, 0, index);
            }
        }
    }

    /// The implicit `name = None; del name` at the end of an `except ... as name` block.
    pub(super) fn clear_handler_name(&mut self, range: TextRange, name: Option<&Identifier>) {
        let Some(name) = name else { return };
        if let Some(r) = self.variable_register(name) {
            self.emit(range, Opcode::Unset, r, 0, 0);
            return;
        }
        let mark = self.unit.mark();
        let t = self.unit.temp();
        self.load_const(range, t, Constant::None);
        self.store_name(range, name, t);
        self.unit.reset(mark);
        self.delete_name(range, name);
    }
}
