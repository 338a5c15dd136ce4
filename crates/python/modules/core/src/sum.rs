//! `sum`: integers in 64 bits as long as they fit, floats and complex numbers with a correction for rounding.
//!
//! Source: Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen" (1974), as CPython since 3.12.

use heap::Gc;
use metatrace_machine::{Encoding, Host, NanBox};
use python_model::objects::{ByteArray, Bytes, Complex, List};
use python_model::operators::Binary;
use python_model::py::{Py, Result};
use python_model::value::*;

/// A sum and what rounding has lost of it.
#[derive(Clone, Copy)]
struct Corrected {
    high: f64,
    low: f64,
}

impl Corrected {
    fn new(start: f64) -> Corrected {
        Corrected { high: start, low: 0.0 }
    }
    fn add(&mut self, x: f64) {
        let sum = self.high + x;
        self.low += if self.high.abs() >= x.abs() { (self.high - sum) + x } else { (x - sum) + self.high };
        self.high = sum;
    }
    fn total(self) -> f64 {
        // An infinite or undefined correction must not spoil an infinite sum.
        if self.low != 0.0 && self.low.is_finite() { self.high + self.low } else { self.high }
    }
}

/// The sum so far.
enum Total {
    Int(i64),
    Float(Corrected),
    Complex(Corrected, Corrected),
    Other(Word),
}

impl Total {
    fn of(value: Word) -> Total {
        Total::beyond(None, value)
    }

    /// What a sum goes on as that could not go on as `before`: only as a later kind, and as objects for ever. So does CPython's, and it shows:
    /// sums of objects are not corrected.
    fn beyond(before: Option<&Total>, value: Word) -> Total {
        let rank = match before {
            None => 0,
            Some(Total::Int(_)) => 1,
            Some(Total::Float(_)) => 2,
            Some(Total::Complex(..) | Total::Other(_)) => 3,
        };
        match V::of(value) {
            V::Int(value) if rank == 0 => Total::Int(value),
            V::Float(value) if rank <= 1 => Total::Float(Corrected::new(value)),
            _ => match as_object::<Complex>(value) {
                Some(z) if rank <= 2 => {
                    Total::Complex(Corrected::new(z.re.get()), Corrected::new(z.im.get()))
                }
                _ => Total::Other(value),
            },
        }
    }

    fn to_word(&self, py: Py) -> Result {
        match self {
            Total::Int(value) => py.int(*value),
            Total::Float(sum) => Ok(float_word(sum.total())),
            Total::Complex(re, im) => py.complex(re.total(), im.total()),
            Total::Other(value) => Ok(*value),
        }
    }

    /// Adds an item without leaving the machine's numbers; whether that was possible.
    /// Errors: an integer beyond the largest float.
    fn add(&mut self, py: Py, item: Word) -> Result<bool> {
        match (self, V::of(item)) {
            (Total::Int(sum), V::Int(item)) => match sum.checked_add(item) {
                Some(new) => *sum = new,
                None => return Ok(false),
            },
            (Total::Int(sum), V::Bool(item)) => match sum.checked_add(i64::from(item)) {
                Some(new) => *sum = new,
                None => return Ok(false),
            },
            (
                Total::Float(sum) | Total::Complex(sum, _),
                V::Float(_) | V::Int(_) | V::Bool(_) | V::Big(_),
            ) => {
                sum.add(py.to_f64(item)?);
            }
            (Total::Complex(re, im), _) => match as_object::<Complex>(item) {
                Some(z) => {
                    re.add(z.re.get());
                    im.add(z.im.get());
                }
                None => return Ok(false),
            },
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// The sum of a list of small integers; `None`: it has others, or the sum leaves 64 bits.
fn small_integers(list: Gc<List>, first: i64) -> Option<i64> {
    let storage = list.storage();
    let h = &mut Host;
    storage.items()[..list.len()].iter().try_fold(first, |sum, item| {
        let item = item.get();
        NanBox::is_int(h, item).then(|| sum.checked_add(NanBox::unbox_int(h, item) as i64))?
    })
}

/// `sum(iterable, /, start=0)`
pub fn sum(py: Py, a: &[Word]) -> Result {
    let start = if a[1] == UNSET { small_int(0) } else { a[1] };
    let refused = if py.as_str(start).is_some() {
        Some("sum() can't sum strings [use ''.join(seq) instead]")
    } else if py.cast::<Bytes>(start).is_some() {
        Some("sum() can't sum bytes [use b''.join(seq) instead]")
    } else if py.cast::<ByteArray>(start).is_some() {
        Some("sum() can't sum bytearray [use b''.join(seq) instead]")
    } else {
        None
    };
    if let Some(refused) = refused {
        py.iter(a[0])?;
        return Err(py.type_error(refused));
    }
    let mut total = Total::of(start);
    if let (Total::Int(first), Some(list)) = (&total, as_object::<List>(a[0]))
        && let Some(sum) = small_integers(list, *first)
    {
        return py.int(sum);
    }
    py.for_each_of(a[0], |item| {
        if !total.add(py, item)? {
            let sum = py.binary(Binary::Add, total.to_word(py)?, item)?;
            total = Total::beyond(Some(&total), sum);
        }
        Ok(true)
    })?;
    total.to_word(py)
}
