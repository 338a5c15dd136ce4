//! Constants of modules, as lists of name and number.

use heap::Gc;
use python_model::dict;
use python_model::objects::Dict;
use python_model::py::{Py, Result};

/// `numbers! { O_RDONLY O_CREAT }`: constants of the C library under their own names.
macro_rules! numbers {
    ($($name:ident)*) => {
        &[$((stringify!($name), {
            #[allow(clippy::unnecessary_cast, reason = "the types differ from constant to constant")]
            const NUMBER: i64 = libc::$name as i64;
            NUMBER
        })),*]
    };
}
pub(crate) use numbers;

/// Adds constants to a namespace.
pub fn add(py: Py, own: Gc<Dict>, constants: &[(&str, i64)]) -> Result<()> {
    for (name, number) in constants {
        dict::set_symbol(py, own, py.intern(name)?, py.int(*number)?)?;
    }
    Ok(())
}

/// Adds a value to a namespace.
pub fn set(py: Py, own: Gc<Dict>, name: &str, value: python_model::Word) -> Result<()> {
    dict::set_symbol(py, own, py.intern(name)?, value)
}
