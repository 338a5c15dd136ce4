//! Modules on data: containers, records of bytes, random numbers, hashes, compression.

pub mod array;
pub mod binascii;
pub mod bisect;
pub mod c_tests;
pub mod cmath;
pub mod collections;
pub mod csv;
pub mod decimal;
pub mod hashes;
pub mod heapq;
pub mod pickle;
pub mod random;
pub mod struct_;
pub mod zlib;

use python_model::modules::NativeModule;

/// All modules of this crate, to be found by name.
pub static MODULES: &[&NativeModule] = &[
    &array::MODULE,
    &binascii::MODULE,
    &bisect::MODULE,
    &c_tests::INTERNAL,
    &c_tests::LIMITED,
    &c_tests::MULTIPHASE,
    &cmath::MODULE,
    &csv::MODULE,
    &decimal::MODULE,
    &heapq::MODULE,
    &collections::MODULE,
    &hashes::BLAKE2,
    &hashes::MD5,
    &hashes::SHA1,
    &hashes::SHA2,
    &hashes::SHA3,
    &pickle::MODULE,
    &random::MODULE,
    &struct_::MODULE,
    &zlib::MODULE,
];
