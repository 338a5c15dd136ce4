//! `_count_elements`: what `Counter` counts with.

use python_model::dict;
use python_model::names::Name;
use python_model::native::{NativeDef, def};
use python_model::objects::Dict;
use python_model::operators::Binary;
use python_model::py::{Py, Result};
use python_model::types::Ty;
use python_model::value::*;

pub static FUNCTIONS: &[NativeDef] = &[def(
    "_count_elements",
    "(mapping, iterable, /)",
    "Count elements in the iterable, updating the mapping",
    count,
)];

fn count(py: Py, a: &[Word]) -> Result {
    let (mapping, one) = (a[0], small_int(1));
    let iterator = py.iter(a[1])?;
    let (class, plain) = (py.type_of(mapping), py.ty(Ty::Dict));
    let is_plain =
        [Name::Get_, Name::SetItem].iter().all(|&name| class.lookup(py, name) == plain.lookup(py, name));
    // A mapping that stores and finds as `dict` does is not asked.
    if let Some(table) = py.cast::<Dict>(mapping).filter(|_| is_plain) {
        while let Some(key) = py.next(iterator)? {
            let hash = dict::hash_key(py, key)?;
            let new = match dict::get_hashed(py, table, key, hash)? {
                None => one,
                Some(old) => match as_i64(old) {
                    Some(old) if old < i64::MAX => py.int(old + 1)?,
                    _ => py.binary(Binary::Add, old, one)?,
                },
            };
            dict::set_hashed(py, table, key, hash, new)?;
        }
        return Ok(NONE);
    }
    let get = py.get_attr(mapping, Name::Get_)?;
    while let Some(key) = py.next(iterator)? {
        let old = py.call(get, &[key, small_int(0)])?;
        let new = py.binary(Binary::Add, old, one)?;
        py.set_item(mapping, key, new)?;
    }
    Ok(NONE)
}
