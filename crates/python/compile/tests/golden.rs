//! What programs become: instructions and tables (tests/golden), and the symbol tables, whose expectations CPython has written
//! (tests/symbols/record.py).

use python_compile::disassemble::{Detail, disassemble};
use python_compile::{Mode, Options, compile, dump_symbols, verify};

#[test]
fn bytecode() {
    testkit::golden::check_directory(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden"), "txt", |source| {
        match compile(source, "golden.py", Mode::Exec, Options::default()) {
            Ok(compiled) => {
                verify::verify(&compiled.code).unwrap();
                disassemble(&compiled.code, Detail::Plain)
            }
            Err(e) => panic!("{e}\n{source}"),
        }
    });
}

#[test]
fn symbols_are_those_of_cpython() {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/symbols");
    testkit::golden::check_directory(directory, "txt", |source| {
        dump_symbols(source).unwrap_or_else(|e| panic!("{e}\n{source}"))
    });
}
