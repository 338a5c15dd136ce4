//! `repr` and `str`.

use super::*;

impl<'a> Py<'a> {
    /// The text of `repr(value)`. Errors: as [`Py::repr_object`].
    pub fn repr(self, value: Word) -> Result<Gc<Str>> {
        Ok(self.as_str(self.repr_object(value)?).expect("checked to be a string"))
    }

    /// `repr(value)`: a string, or an instance of a subclass of `str`.
    /// Errors: what `__repr__` raises; `TypeError` if it returns no string.
    pub fn repr_object(self, value: Word) -> Result {
        match V::of(value) {
            V::Int(value) => return self.decimal(value),
            V::Float(value) => return self.str(&python_number::float_text::repr(value)),
            _ => {}
        }
        let result = self.unchecked_repr(value)?;
        match self.as_str(result) {
            Some(_) => Ok(result),
            None => {
                Err(self
                    .type_error(format!("__repr__ returned non-string (type {})", self.type_name(result))))
            }
        }
    }

    /// What `__repr__` returns, which may be no string. Errors: what it raises; `RecursionError`.
    pub fn unchecked_repr(self, value: Word) -> Result {
        if self.native_stack_is_low() {
            return Err(
                self.recursion_error("maximum recursion depth exceeded while getting the repr of an object")
            );
        }
        Ok(self.call_special(value, Name::Repr, &[])?.expect("object has it"))
    }

    /// `repr(value)` as Rust text.
    pub fn repr_text(self, value: Word) -> Result<String> {
        Ok(self.repr(value)?.to_text())
    }

    /// The text of `str(value)`. Errors: as [`Py::str_object`].
    pub fn to_str(self, value: Word) -> Result<Gc<Str>> {
        match V::of(value) {
            V::Str(text) => return Ok(text),
            V::Int(value) => return Ok(as_object(self.decimal(value)?).expect("made just now")),
            _ => {}
        }
        Ok(self.as_str(self.str_object(value)?).expect("checked to be a string"))
    }

    /// `str(value)`: a string, or an instance of a subclass of `str`.
    /// Errors: what `__str__` raises; `TypeError` if it returns no string.
    pub fn str_object(self, value: Word) -> Result {
        if let V::Str(_) = V::of(value) {
            return Ok(value);
        }
        let Some(result) = self.call_special(value, Name::Str, &[])? else { return self.repr_object(value) };
        match self.as_str(result) {
            Some(_) => Ok(result),
            None => {
                Err(self.type_error(format!("__str__ returned non-string (type {})", self.type_name(result))))
            }
        }
    }

    /// `str(value)` as Rust text.
    pub fn to_text(self, value: Word) -> Result<String> {
        Ok(self.to_str(value)?.to_text())
    }

    /// Runs `body` unless the `repr` of this object is under way already: then `None`.
    pub fn guard_repr<T>(self, value: Word, body: impl FnOnce() -> Result<T>) -> Result<Option<T>> {
        if self.thread().repr_stack.borrow().contains(&value) {
            return Ok(None);
        }
        if let Some(object) = object(value) {
            heap::pin(object);
        }
        self.thread().repr_stack.borrow_mut().push(value);
        let result = body();
        self.thread().repr_stack.borrow_mut().pop();
        result.map(Some)
    }
}
