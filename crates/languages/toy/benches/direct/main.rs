//! The interpreter on the direct machine beside a twin written without it.

fn main() {}
