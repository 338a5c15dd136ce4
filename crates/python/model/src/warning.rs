//! Warnings that the runtime itself issues, through `_warnings`.

use crate::py::{Py, Result};
use crate::types::Ty;

impl Py<'_> {
    /// Warns the Python code that is running, or its callers (`stack_level` above 1).
    /// Errors: the warning itself, where a filter says so.
    pub fn warn(self, category: Ty, message: &str, stack_level: i64) -> Result<()> {
        let function = self.import_from("_warnings", "warn")?;
        let words = [self.str(message)?, self.ty(category).word(), self.int(stack_level)?];
        self.call(function, &words)?;
        Ok(())
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
