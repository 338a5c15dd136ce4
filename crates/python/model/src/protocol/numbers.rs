//! Indices and floats of values.

use super::*;

impl<'a> Py<'a> {
    /// The integer that a value is an index for (`__index__`), which must fit 64 bits.
    /// Errors: `TypeError`, or `OverflowError` ("Python int too large to convert to C ssize_t").
    pub fn index(self, value: Word) -> Result<i64> {
        match V::of(self.to_index(value)?) {
            V::Int(i) => Ok(i),
            _ => Err(self.overflow_error("Python int too large to convert to C ssize_t")),
        }
    }

    /// The same, clamped to 64 bits, as slices do.
    pub fn index_clamped(self, value: Word) -> Result<i64> {
        match V::of(self.to_index(value)?) {
            V::Int(i) => Ok(i),
            V::Big(big) => Ok(if *big.value < dashu_int::IBig::ZERO { i64::MIN } else { i64::MAX }),
            _ => unreachable!("an index is an int"),
        }
    }

    /// `operator.index(value)`: an exact `int`.
    pub fn to_index(self, value: Word) -> Result {
        match V::of(value) {
            V::Int(_) | V::Big(_) => return Ok(value),
            V::Bool(b) => return self.int(i64::from(b)),
            _ => {}
        }
        if self.is_a(value, Ty::Int) {
            return self.to_index(self.base(value));
        }
        match self.call_special(value, Name::Index, &[])? {
            None => Err(self.type_error(format!(
                "'{}' object cannot be interpreted as an integer",
                self.type_name(value)
            ))),
            Some(result) if self.is_a(result, Ty::Int) => {
                self.warn_of_subclass(result, Ty::Int, "__index__ returned non-int")?;
                self.to_index(self.base(result))
            }
            Some(result) => {
                Err(self.type_error(format!("__index__ returned non-int (type {})", self.type_name(result))))
            }
        }
    }

    /// The number that a value converts to as a float (`__float__`, then `__index__`).
    pub fn to_f64(self, value: Word) -> Result<f64> {
        match V::of(self.base(value)) {
            V::Float(f) => return Ok(f),
            V::Int(i) => return Ok(i as f64),
            V::Bool(b) => return Ok(f64::from(u8::from(b))),
            V::Big(big) => {
                let float = big.value.to_f64().value();
                if float.is_infinite() {
                    return Err(self.overflow_error("int too large to convert to float"));
                }
                return Ok(float);
            }
            _ => {}
        }
        if let Some(result) = self.call_special(value, Name::Float, &[])? {
            return match V::of(self.base(result)) {
                V::Float(f) => {
                    let said = format!("{}.__float__ returned non-float", self.type_name(value));
                    self.warn_of_subclass(result, Ty::Float, &said)?;
                    Ok(f)
                }
                _ => Err(self.type_error(format!(
                    "{}.__float__ returned non-float (type {})",
                    self.type_name(value),
                    self.type_name(result)
                ))),
            };
        }
        if self.type_of(value).lookup(self, Name::Index).is_some() {
            let index = self.to_index(value)?;
            return self.to_f64(index);
        }
        Err(self.type_error(format!("must be real number, not {}", self.type_name(value))))
    }

    pub fn complex(self, re: f64, im: f64) -> Result {
        Ok(word(self.alloc(Complex { header: Header::EMPTY, re: Cell::new(re), im: Cell::new(im) })?))
    }
}
