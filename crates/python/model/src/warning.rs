//! Warnings that the runtime itself issues, through `_warnings`.

use crate::operators::Comparison;
use crate::py::{Py, Result};
use crate::types::Ty;
use crate::value::Word;

impl Py<'_> {
    /// `BytesWarning`, if `-b` asks for it. Errors: the warning itself, where a filter says so (`-bb`).
    pub fn warn_of_bytes(self, message: &str) -> Result<()> {
        if !self.vm().warns_of_bytes.get() {
            return Ok(());
        }
        self.warn(Ty::BytesWarning, message, 1)
    }

    /// Warns, if `-b` asks for it, that bytes are compared with what they never equal.
    pub fn warn_of_comparison(self, operator: Comparison, own: Ty, other: Word) -> Result<()> {
        let what = match () {
            _ if !matches!(operator, Comparison::Eq | Comparison::Ne) => return Ok(()),
            _ if self.is_a(other, Ty::Str) => "string",
            _ if own == Ty::Bytes && self.is_a(other, Ty::Int) => "int",
            _ => return Ok(()),
        };
        self.warn_of_bytes(&format!("Comparison between {} and {what}", own.name()))
    }

    /// Warns the Python code that is running, or its callers (`stack_level` above 1).
    /// Errors: the warning itself, where a filter says so.
    pub fn warn(self, category: Ty, message: &str, stack_level: i64) -> Result<()> {
        let function = self.import_from("_warnings", "warn")?;
        let words = [self.str(message)?, self.ty(category).word(), self.int(stack_level)?];
        self.call(function, &words)?;
        Ok(())
    }

    /// Warns if what a conversion such as `__index__` returned is of a subclass of the type that it has to return.
    /// `said` is the beginning of the message: `__index__ returned non-int`. Errors: as [`Py::warn`].
    pub fn warn_of_subclass(self, result: Word, expected: Ty, said: &str) -> Result<()> {
        if self.type_of(result).is(self.ty(expected)) {
            return Ok(());
        }
        let message = format!(
            "{said} (type {}).  The ability to return an instance of a strict subclass of {} is deprecated, and may be \
             removed in a future version of Python.",
            self.type_name(result),
            self.ty(expected).name.borrow()
        );
        self.warn(Ty::DeprecationWarning, &message, 1)
    }

    /// Warns about a place in a source file. Errors: as [`Py::warn`].
    pub fn warn_at(self, category: Ty, message: &str, filename: &str, line: u32) -> Result<()> {
        let function = self.import_from("_warnings", "warn_explicit")?;
        let (message, filename) = (self.str(message)?, self.str(filename)?);
        let line = self.int(i64::from(line))?;
        self.call(function, &[message, self.ty(category).word(), filename, line])?;
        Ok(())
    }
}
