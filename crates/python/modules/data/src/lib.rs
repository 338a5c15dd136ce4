//! Modules on data: containers, records of bytes, random numbers, hashes, compression.

pub mod array;
pub mod binascii;
pub mod bisect;
pub mod bz2;
pub mod c_tests;
pub mod cmath;
pub mod collections;
pub mod csv;
pub mod datetime;
pub mod decimal;
pub mod hashes;
pub mod heapq;
pub mod lzma;
pub mod pickle;
pub mod queue;
pub mod random;
pub mod statistics;
mod streaming;
pub mod struct_;
pub mod zlib;

use heap::Gc;
use python_model::dict;
use python_model::modules::NativeModule;
use python_model::objects::{Builtin, Dict};
use python_model::py::{Py, Result};
use python_model::value::{Word, as_object, word};
use std::cell::Cell;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[
    &array::MODULE,
    &binascii::MODULE,
    &bz2::MODULE,
    &bisect::MODULE,
    &c_tests::INTERNAL,
    &c_tests::LIMITED,
    &c_tests::MULTIPHASE,
    &cmath::MODULE,
    &csv::MODULE,
    &datetime::MODULE,
    &decimal::MODULE,
    &heapq::MODULE,
    &lzma::MODULE,
    &collections::MODULE,
    &hashes::BLAKE2,
    &hashes::HASHLIB,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &pickle::MODULE,
    &queue::MODULE,
    &random::MODULE,
    &statistics::MODULE,
    &struct_::MODULE,
    &zlib::MODULE,
];

/// Names that the import system sets in every module.
const OF_EACH_MODULE: [&str; 5] = ["__name__", "__doc__", "__package__", "__loader__", "__spec__"];

/// Fills a module whose classes the state of the interpreter knows: a second import gets those of the first, so that their objects go on
/// knowing each other. `contents` keeps the namespace.
fn filled_once(
    py: Py,
    own: Gc<Dict>,
    contents: &Cell<Word>,
    fill: impl FnOnce(Gc<Dict>) -> Result<()>,
) -> Result<()> {
    if let Some(contents) = as_object(contents.get()) {
        return dict::update(py, own, contents);
    }
    fill(own)?;
    let kept = dict::new(py)?;
    let mut at = 0;
    while let Some((entry, key, value)) = dict::next(own, at) {
        at = entry + 1;
        let is_its_own = py.as_str(key).is_some_and(|key| OF_EACH_MODULE.contains(&&*key.to_text()));
        if as_object::<Builtin>(value).is_none() && !is_its_own {
            dict::set(py, kept, key, value)?;
        }
    }
    contents.set(py.vm().immortal(word(kept)));
    Ok(())
}
