//! Bytecode as text, for golden tests and `--dump`.

use crate::bytecode::*;
use crate::source::Symbols;
use std::fmt::Write;

fn literal(literal: &Literal) -> String {
    match literal {
        Literal::Nil => "nil".into(),
        Literal::Bool(value) => value.to_string(),
        Literal::Int(value) => value.to_string(),
        Literal::Float(value) => format!("{value:?}"),
        Literal::Text(bytes) => format!("\"{}\"", bytes.escape_ascii()),
    }
}

fn operand(operand: Operand, program: &Program, function: &Function, symbols: &Symbols) -> String {
    match operand {
        Operand::Dst(r) | Operand::Src(r) => format!("r{r}"),
        Operand::First(r) => format!("r{r}.."),
        Operand::Target(pc) => format!("->{pc}"),
        Operand::Count(n) => n.to_string(),
        Operand::Constant(k) => literal(&function.constants[usize::from(k)]),
        Operand::Function(f) => {
            format!("fn{f}:{}", symbols.text(program.functions[usize::from(f)].name))
        }
        Operand::Global(g) => symbols.text(program.globals[usize::from(g)].name).into(),
        Operand::Capture(i) => format!("^{i}"),
        Operand::Record(k) => {
            let names: Vec<_> = program.records[usize::from(k)].iter().map(|&n| symbols.text(n)).collect();
            format!("{{{}}}", names.join(","))
        }
        Operand::Field(i) => format!(".{}", symbols.text(function.fields[usize::from(i)])),
        Operand::Loop(n) => format!("#{n}"),
        Operand::Small(i) => i.to_string(),
        Operand::Builtin(builtin) => builtin.name().into(),
    }
}

/// One function: `pc [join] instruction operands ; live registers (without register 0)`.
pub fn function(program: &Program, index: usize, symbols: &Symbols) -> String {
    let function = &program.functions[index];
    let mut out = format!(
        "fn{index}:{} parameters={} registers={} captures={}\n",
        symbols.text(function.name),
        function.parameter_count,
        function.register_count,
        function.capture_count
    );
    for (pc, op) in function.code.iter().enumerate() {
        let join = if function.joins.contains(&(pc as u16)) { "*" } else { " " };
        let mut text = format!("{pc:4}{join} {:<12}", op.mnemonic());
        let mut separator = " ";
        op.operands(|o| {
            let shown = operand(o, program, function, symbols);
            let _ = write!(text, "{separator}{shown}"); // writing to a String cannot fail
            separator = ", ";
        });
        let live: Vec<_> = function.live.registers(pc).filter(|&r| r != 0).map(|r| r.to_string()).collect();
        let _ = writeln!(out, "{:<50} ; {}", text.trim_end(), live.join(" "));
    }
    for h in &function.handlers {
        let _ = writeln!(out, "     handler {}..{} -> {} in r{}", h.start, h.end, h.target, h.register);
    }
    out.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The whole program.
pub fn program(program: &Program, symbols: &Symbols) -> String {
    let functions: Vec<_> = (0..program.functions.len()).map(|i| function(program, i, symbols)).collect();
    functions.join("\n")
}
