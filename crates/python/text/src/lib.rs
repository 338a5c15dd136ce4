//! Python's strings and bytes as algorithms on byte slices: no heap, no interpreter.
//!
//! A string is generalised UTF-8 (`code_points`) and, where it matters, its number of code points. Functions take and return
//! bytes, so the object model decides how results are stored.

pub mod binascii;
pub mod case;
pub mod checksum;
pub mod code_points;
pub mod codecs;
pub mod decimal;
pub mod format;
pub mod index;
pub mod normalize;
pub mod pack;
pub mod pad;
pub mod predicates;
pub mod repr;
pub mod search;
pub mod split;
pub mod surrogates;
pub mod translate;
pub mod unicode;
pub mod xml;
