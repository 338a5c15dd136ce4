//! `import` and `from ... import`.

use ruff_python_ast::*;
use ruff_text_size::TextRange;

use super::{Generator, Reg};
use crate::code::Constant;
use crate::error::Result;
use crate::opcode::{IntrinsicKind, Opcode};

impl<'a> Generator<'a> {
    fn import_name(&mut self, range: TextRange, level: u32, fromlist: Constant, module: &str) -> Reg {
        let block = self.unit.block(2);
        self.load_const(range, block, Constant::Int(i64::from(level)));
        self.load_const(range, block + 1, fromlist);
        let module = self.mangle(module);
        let name = self.name_index(module);
        self.emit(range, Opcode::ImportName, block, block, name);
        block
    }

    pub(super) fn import(&mut self, s: &'a StmtImport) -> Result<()> {
        for alias in &s.names {
            let mark = self.unit.mark();
            let module = self.import_name(s.range, 0, Constant::None, &alias.name);
            let mut parts = alias.name.split('.');
            let first = parts.next().unwrap_or_default();
            match &alias.asname {
                None => self.store_name(s.range, first, module),
                Some(asname) => {
                    // `import a.b.c as m` binds the innermost module.
                    for part in parts {
                        let part = self.intern(part);
                        let name = self.name_index(part);
                        self.emit(s.range, Opcode::ImportFrom, module, module, name);
                    }
                    self.store_name(s.range, asname, module);
                }
            }
            self.unit.reset(mark);
        }
        Ok(())
    }

    pub(super) fn import_from(&mut self, s: &'a StmtImportFrom) -> Result<()> {
        let module = s.module.as_ref().map_or("", |m| m.as_str());
        let names: Vec<Constant> = s.names.iter().map(|a| Constant::str(&a.name)).collect();
        let base = self.import_name(s.range, s.level, Constant::Tuple(names.into()), module);
        for alias in &s.names {
            let mark = self.unit.mark();
            let t = self.unit.temp();
            if alias.name.as_str() == "*" {
                self.emit(s.range, Opcode::Intrinsic, t, base, IntrinsicKind::ImportStar as u32);
            } else {
                let symbol = self.intern(&alias.name);
                let name = self.name_index(symbol);
                self.emit(s.range, Opcode::ImportFrom, t, base, name);
                let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                self.store_name(s.range, bound, t);
            }
            self.unit.reset(mark);
        }
        Ok(())
    }
}
