//! Golden tests of the compiler: a program, and its bytecode with live registers, joins and handlers.

#[test]
fn bytecode() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden");
    testkit::golden::check_directory(directory, "toy", |program| match toy::engine::listing(program) {
        Ok(listing) => listing,
        Err(error) => format!("{error}\n"),
    });
}
