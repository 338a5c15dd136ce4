//! How the command is linked.
//!
//! At a fixed address, where that is possible: tables of functions and the embedded library hold some forty thousand addresses, which would else be
//! computed at each start, in pages that are then the process's own. That is a seventh of the memory of a small program. Code that
//! the JIT makes and the heap are still where the system puts them.
//!
//! What Python runs is laid side by side (`order.ld`, made by `cargo xtask function-order`): it would else make most of the executable resident.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo:rustc-link-arg-bins=-no-pie");
        let directory = std::env::var("CARGO_MANIFEST_DIR").expect("cargo says where the crate is");
        println!("cargo:rerun-if-changed=order.ld");
        println!("cargo:rustc-link-arg-bins=-Wl,-T,{directory}/order.ld");
    }
}
