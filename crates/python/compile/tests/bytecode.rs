//! The table of opcodes in the documentation is the list in the source.

use std::fmt::Write;
use std::path::Path;

use python_compile::opcode::{self, Opcode, Operand};

const MARKER: &str = "--test bytecode -->\n";

fn operand(kind: Operand) -> Option<String> {
    (kind != Operand::None).then(|| format!("{kind:?}").to_lowercase())
}

fn table() -> String {
    let mut out = String::from("\n| opcode | a | b | c | effect | meaning |\n|---|---|---|---|---|---|\n");
    for &op in opcode::ALL {
        let [a, b, c] = op.operands().map(|kind| operand(kind).unwrap_or_default());
        let effect = format!("{:?}", op.effect()).to_lowercase();
        let _ = writeln!(out, "| {op} | {a} | {b} | {c} | {effect} | {} |", meaning(op));
    }
    out.push_str("\nImmediate operands that are numbers of something:\n\n");
    let lists = [
        (Opcode::LoadCommon, numbered(opcode::CommonConstant::from_operand, opcode::CommonConstant::name)),
        (Opcode::LoadSpecial, numbered(opcode::SpecialMethod::from_operand, opcode::SpecialMethod::name)),
        (
            Opcode::SetFunctionAttribute,
            numbered(opcode::FunctionAttribute::from_operand, opcode::FunctionAttribute::name),
        ),
        (Opcode::Intrinsic, numbered(opcode::IntrinsicKind::from_operand, opcode::IntrinsicKind::name)),
    ];
    for (op, list) in lists {
        let _ = writeln!(out, "* {op}: {list}");
    }
    out
}

/// The documentation of an opcode without links, for a table.
fn meaning(op: Opcode) -> String {
    op.doc().replace("[`", "`").replace("`]", "`").replace('|', "\\|")
}

fn numbered<T: Copy>(from: impl Fn(u32) -> Option<T>, name: impl Fn(T) -> &'static str) -> String {
    let all: Vec<String> = (0..).map_while(|i| from(i).map(|v| format!("{i} `{}`", name(v)))).collect();
    all.join(", ")
}

#[test]
fn documentation_lists_the_opcodes() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/bytecode.md");
    let text = std::fs::read_to_string(&path).unwrap();
    let end = text.find(MARKER).expect("the marker is in the file") + MARKER.len();
    let expected = format!("{}{}", &text[..end], table());
    if testkit::golden::is_updating() {
        std::fs::write(&path, &expected).unwrap();
    } else if text != expected {
        panic!("UPDATE_GOLDEN=1 rewrites it\n{}", testkit::diff::diff(&text, &expected));
    }
}
