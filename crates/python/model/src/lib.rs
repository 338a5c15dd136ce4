//! Python's objects. So far only their layouts, their words and the runtime's own names; types, hidden classes,
//! runtime code and the operations on them are not written yet.

pub mod names;
pub mod objects;
pub mod value;
