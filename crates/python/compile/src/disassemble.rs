//! Listings of code objects; also the format of the golden tests.
//!
//! ```text
//! code f(a, b) line 1 registers 5 flags OPTIMIZED|NEWLOCALS
//!   locals a b c
//!   2   0  ADD               c, a, b
//!   3 > 1  JUMP_IF_FALSE     r3, 4
//! ```
//! Columns: source line where it changes, marks (`>` join, `@` loop header, `!` handler), pc, opcode, operands. With
//! [`Detail::Liveness`] the live registers follow after `;`.

use std::fmt::Write;

use crate::code::{CodeObject, Constant, flags, marks};
use crate::opcode::{
    CommonConstant, FunctionAttribute, Instruction, IntrinsicKind, Opcode, Operand, SpecialMethod,
};

/// How much a listing shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Detail {
    /// Instructions and tables.
    Plain,
    /// Also the live registers before each instruction.
    Liveness,
}

/// Lists `code` and all code objects inside it.
pub fn disassemble(code: &CodeObject, detail: Detail) -> String {
    let mut out = String::new();
    for (i, c) in code.walk().into_iter().enumerate() {
        if i > 0 {
            out.push('\n');
        }
        list(c, detail, &mut out);
    }
    out
}

fn list(code: &CodeObject, detail: Detail, out: &mut String) {
    let parameters = code.varnames[..code.parameter_count() as usize].join(", ");
    let _ = writeln!(
        out,
        "code {}({parameters}) line {} registers {} flags {}",
        code.qualname,
        code.first_line,
        code.register_count,
        flag_names(code.flags)
    );
    for (label, names) in [("locals", &code.varnames), ("cells", &code.cellvars), ("free", &code.freevars)] {
        if !names.is_empty() {
            let _ = writeln!(out, "  {label} {}", names.join(" "));
        }
    }
    if let Some(doc) = &code.docstring {
        let _ = writeln!(out, "  doc {}", constant_text(doc));
    }
    let mut last_line = 0;
    for (pc, &it) in code.instructions.iter().enumerate() {
        let line = code.positions.get(pc).line;
        let line_text = if line != last_line { line.to_string() } else { String::new() };
        last_line = line;
        let bits = code.marks[pc];
        let mut mark = String::new();
        for (bit, c) in [(marks::LOOP_HEADER, '@'), (marks::JOIN, '>'), (marks::HANDLER, '!')] {
            if bits & bit != 0 {
                mark.push(c);
            }
        }
        let text = operands(code, it).map(|(_, _, text)| text).collect::<Vec<_>>().join(", ");
        let mut row = format!("{line_text:>5} {mark:>2} {pc:>3}  {:<22} {text}", it.op().name());
        if detail == Detail::Liveness {
            let live: Vec<String> = code.liveness.registers(pc).map(|r| register(code, r)).collect();
            let _ = write!(row, "  ; {}", live.join(" "));
        }
        let _ = writeln!(out, "{}", row.trim_end());
    }
    for e in &code.exception_table {
        let r = register(code, e.register);
        let _ = writeln!(out, "  except {}..{} -> {} in {r}", e.start, e.end, e.handler);
    }
    for h in &code.hidden_locals {
        let name = &code.names[h.name as usize];
        let cell = if h.is_cell { " cell" } else { "" };
        let _ = writeln!(out, "  hidden {name} r{}{cell} {}..{}", h.register, h.start, h.end);
    }
}

fn flag_names(bits: u32) -> String {
    let names = [
        (flags::OPTIMIZED, "OPTIMIZED"),
        (flags::NEWLOCALS, "NEWLOCALS"),
        (flags::VARARGS, "VARARGS"),
        (flags::VARKEYWORDS, "VARKEYWORDS"),
        (flags::NESTED, "NESTED"),
        (flags::GENERATOR, "GENERATOR"),
        (flags::COROUTINE, "COROUTINE"),
        (flags::ASYNC_GENERATOR, "ASYNC_GENERATOR"),
        (flags::FUTURE_ANNOTATIONS, "ANNOTATIONS"),
        (flags::HAS_DOCSTRING, "HAS_DOCSTRING"),
        (flags::METHOD, "METHOD"),
    ];
    let set: Vec<&str> = names.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, n)| *n).collect();
    if set.is_empty() { "0".into() } else { set.join("|") }
}

/// A variable by its name, a temporary by its number.
pub fn register(code: &CodeObject, r: u16) -> String {
    let groups = [&code.varnames, &code.cellvars, &code.freevars];
    let mut at = usize::from(r);
    for (i, names) in groups.into_iter().enumerate() {
        if let Some(name) = names.get(at) {
            return if i == 0 { name.to_string() } else { format!("&{name}") };
        }
        at -= names.len();
    }
    format!("r{r}")
}

/// The operands of an instruction: what each is, its field, and how it is shown.
pub fn operands(code: &CodeObject, it: Instruction) -> impl Iterator<Item = (Operand, u32, String)> {
    let op = it.op();
    let fields = [u32::from(it.a()), u32::from(it.b()), it.c()];
    let used = op.operands().into_iter().zip(fields).filter(|(kind, _)| *kind != Operand::None);
    used.map(move |(kind, field)| {
        let text = match kind {
            Operand::None => String::new(),
            Operand::Def | Operand::Use | Operand::Update => register(code, field as u16),
            Operand::Pair => format!("r{field}+r{}", field + 1),
            Operand::Block => match op.block_len(it.c(), |s| code.shape_len(s)) {
                0 => "[]".into(),
                1 => format!("[{}]", register(code, field as u16)),
                n => format!("[r{field}..r{}]", field + n - 1),
            },
            Operand::Const => constant_text(&code.constants[field as usize]),
            Operand::Name => code.names[field as usize].to_string(),
            Operand::Site => code.names[code.sites[field as usize] as usize].to_string(),
            Operand::Shape => {
                let shape = &code.call_shapes[field as usize];
                let names = shape.keywords.iter().map(|&k| format!("{}=", code.names[k as usize]));
                let mut all = vec![shape.positional.to_string()];
                all.extend(names);
                format!("({})", all.join(", "))
            }
            Operand::Target => format!("-> {field}"),
            Operand::Imm => immediate(op, field),
        };
        (kind, field, text)
    })
}

fn immediate(op: Opcode, value: u32) -> String {
    let name = match op {
        Opcode::LoadCommon => CommonConstant::from_operand(value).map(CommonConstant::name),
        Opcode::LoadSpecial => SpecialMethod::from_operand(value).map(SpecialMethod::name),
        Opcode::SetFunctionAttribute => FunctionAttribute::from_operand(value).map(FunctionAttribute::name),
        Opcode::Intrinsic => IntrinsicKind::from_operand(value).map(IntrinsicKind::name),
        Opcode::UnpackEx => return format!("{}+*+{}", value & 0xfff, value >> 12),
        Opcode::ConvertValue => return char::from_u32(value).unwrap_or('?').to_string(),
        _ => None,
    };
    name.map_or_else(|| value.to_string(), str::to_owned)
}

/// A constant, nearly as Python writes it.
pub fn constant_text(c: &Constant) -> String {
    let items = |list: &[Constant]| list.iter().map(constant_text).collect::<Vec<_>>().join(", ");
    match c {
        Constant::None => "None".into(),
        Constant::Ellipsis => "...".into(),
        Constant::Bool(b) => if *b { "True" } else { "False" }.into(),
        Constant::Int(i) => i.to_string(),
        Constant::BigInt(text) => text.to_string(),
        Constant::Float(bits) => format!("{:?}", f64::from_bits(*bits)),
        Constant::Complex(re, im) => {
            format!("({:?}+{:?}j)", f64::from_bits(*re), f64::from_bits(*im))
        }
        Constant::Str(s) => format!("{s:?}"),
        Constant::SurrogateStr(b) => format!("surrogates {b:?}"),
        Constant::Bytes(b) => format!("b\"{}\"", b.escape_ascii()),
        Constant::Tuple(t) => format!("({}{})", items(t), if t.len() == 1 { "," } else { "" }),
        Constant::FrozenSet(t) => format!("frozenset({{{}}})", items(t)),
        Constant::Code(code) => format!("<code {}>", code.qualname),
        Constant::Packed(code) => format!("{code:?}"),
    }
}

/// `repr` of a constant, for messages.
pub(crate) fn python_repr(c: &Constant) -> String {
    match c {
        Constant::Str(s) => {
            let quote = if s.contains('\'') && !s.contains('"') { '"' } else { '\'' };
            let mut out = String::from(quote);
            for c in s.chars() {
                match c {
                    '\n' => out.push_str("\\n"),
                    '\t' => out.push_str("\\t"),
                    '\r' => out.push_str("\\r"),
                    '\\' => out.push_str("\\\\"),
                    c if c == quote => out.extend(['\\', c]),
                    c if c.is_control() => out.push_str(&format!("\\x{:02x}", c as u32)),
                    c => out.push(c),
                }
            }
            out.push(quote);
            out
        }
        c => constant_text(c),
    }
}
