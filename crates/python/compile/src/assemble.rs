//! Last step: a [`Unit`] becomes a [`CodeObject`].
//!
//! Labels become pcs, handler tags the exception table, ranges positions; loop headers and joins are marked, liveness is
//! computed, and the limits of the instruction format are checked.

use rustc_hash::FxHashMap;

use crate::code::{CodeObject, Constant, ExceptionEntry, HiddenLocal, Liveness, PositionTable, marks};
use crate::emit::{Settings, Unit};
use crate::error::{ErrorKind, Fault, Result};
use crate::flow::{self, Graph};
use crate::opcode::{C_LIMIT, Flow, Instruction, Opcode, Operand};
use crate::symtable::{ScopeKind, Symbol, SymbolTable};

pub(crate) fn assemble(
    mut unit: Unit<'_>,
    table: &SymbolTable,
    settings: &Settings<'_>,
) -> Result<CodeObject> {
    let limit = C_LIMIT as usize;
    let too_big = unit.max_temp > u32::from(u16::MAX)
        || [unit.instructions.len(), unit.constants.len(), unit.names.len(), unit.sites.len()]
            .iter()
            .any(|&n| n >= limit);
    if too_big {
        return Err(Fault::bare(ErrorKind::Overflow, "code object too large"));
    }
    // Labels to indices.
    let labels = std::mem::take(&mut unit.labels);
    for it in &mut unit.instructions {
        if matches!(it.op.flow(), Flow::Jump | Flow::Branch) {
            it.c = labels[it.c as usize];
        }
    }
    for h in &mut unit.handlers {
        h.label.0 = labels[h.label.0 as usize];
    }
    let parameters = unit.arg_count
        + unit.kwonly_count
        + u32::from(unit.flags & crate::code::flags::VARARGS != 0)
        + u32::from(unit.flags & crate::code::flags::VARKEYWORDS != 0);
    let first_free = (unit.varnames.len() + unit.cellvars.len()) as u32;
    let shapes = &unit.shapes;
    let shape_len = |shape: u32| {
        let shape = &shapes[shape as usize];
        shape.positional + shape.keywords.len() as u32
    };
    let mut graph = Graph {
        list: std::mem::take(&mut unit.instructions),
        handlers: std::mem::take(&mut unit.handlers),
        labels,
        register_count: unit.max_temp,
        entry: (0..parameters).chain(first_free..unit.first_temp).collect(),
        first_temp: unit.first_temp,
        shape_len: &shape_len,
        lines: settings.lines,
    };
    flow::clean(&mut graph);
    let constants = drop_unused_constants(&mut graph, std::mem::take(&mut unit.constants));

    let liveness = liveness(&graph);
    let positions: Vec<_> = graph.list.iter().map(|it| settings.lines.position(it.range)).collect();
    let hidden_locals = unit
        .hidden
        .iter()
        .map(|h| HiddenLocal {
            name: h.name,
            register: h.register as u16,
            is_cell: h.is_cell,
            start: graph.labels[h.start.0 as usize],
            end: graph.labels[h.end.0 as usize],
        })
        .filter(|h| h.start < h.end)
        .collect();
    let instructions: Box<[Instruction]> =
        graph.list.iter().map(|it| Instruction::new(it.op, it.a as u16, it.b as u16, it.c)).collect();
    let text = |symbols: &[Symbol]| symbols.iter().map(|&s| table.names.name(s).into()).collect();
    let scope = table.scope(unit.scope);
    // The parameter of `__annotate__` has a name that no annotation can use, until here.
    let variable = |&symbol: &Symbol| match (table.names.name(symbol), scope.kind) {
        (".format", ScopeKind::Annotations) => "format".into(),
        (name, _) => name.into(),
    };
    Ok(CodeObject {
        name: unit.name.into(),
        qualname: unit.qualname.into(),
        filename: settings.filename.into(),
        first_line: unit.first_line,
        flags: unit.flags,
        arg_count: unit.arg_count,
        posonly_count: unit.posonly_count,
        kwonly_count: unit.kwonly_count,
        varnames: unit.varnames.iter().map(variable).collect(),
        cellvars: text(&unit.cellvars),
        freevars: text(&unit.freevars),
        register_count: unit.max_temp,
        docstring: unit.docstring,
        marks: mark(&graph),
        exception_table: exception_table(&graph),
        constants,
        names: unit.names.into(),
        sites: unit.sites.into(),
        call_shapes: unit.shapes.clone().into(),
        positions: PositionTable::encode(&positions),
        liveness,
        hidden_locals,
        inspects_locals: scope.inspects_locals,
        instructions,
    })
}

/// Constants of code that is gone (functions behind `if 0`, operands of folded expressions) go, too.
fn drop_unused_constants(graph: &mut Graph<'_>, constants: Vec<Constant>) -> Box<[Constant]> {
    let takes_constant = |op: Opcode| op.operands()[2] == Operand::Const;
    let mut places: Vec<Option<u32>> = vec![None; constants.len()];
    for it in graph.list.iter().filter(|it| takes_constant(it.op)) {
        places[it.c as usize] = Some(0);
    }
    for (place, new) in places.iter_mut().flatten().zip(0..) {
        *place = new;
    }
    for it in graph.list.iter_mut().filter(|it| takes_constant(it.op)) {
        it.c = places[it.c as usize].expect("marked above");
    }
    constants.into_iter().zip(places).filter_map(|(constant, place)| place.map(|_| constant)).collect()
}

fn liveness(graph: &Graph<'_>) -> Liveness {
    let mut known: FxHashMap<Box<[u64]>, u32> = FxHashMap::default();
    let mut sets: Vec<u64> = Vec::new();
    let mut index = vec![0u32; graph.list.len()];
    let words = graph.for_each_live_in(|pc, live| {
        index[pc] = match known.get(live) {
            Some(&i) => i,
            None => {
                let i = known.len() as u32;
                sets.extend(live);
                known.insert(live.into(), i);
                i
            }
        };
    });
    Liveness { index: index.into(), sets: sets.into(), words: words as u32 }
}

/// Ranges of instructions with the same handler. What cannot raise belongs to any range.
fn exception_table(graph: &Graph<'_>) -> Box<[ExceptionEntry]> {
    let mut table: Vec<ExceptionEntry> = Vec::new();
    let mut last = None;
    for (pc, it) in graph.list.iter().enumerate().filter(|(_, it)| it.op.can_raise()) {
        let pc = pc as u32;
        if let Some(h) = it.handler {
            let info = graph.handlers[h.0 as usize];
            match table.last_mut() {
                Some(entry) if last == Some(h) => entry.end = pc + 1,
                _ => table.push(ExceptionEntry {
                    start: pc,
                    end: pc + 1,
                    handler: info.label.0,
                    register: info.register as u16,
                }),
            }
        }
        last = it.handler;
    }
    table.into()
}

fn mark(graph: &Graph<'_>) -> Box<[u8]> {
    let n = graph.list.len();
    let mut predecessors = vec![0u32; n];
    let mut all = vec![0u8; n];
    for (pc, it) in graph.list.iter().enumerate() {
        match it.op.flow() {
            Flow::Next => predecessors[pc + 1] += 1,
            Flow::Branch => {
                predecessors[pc + 1] += 1;
                predecessors[it.c as usize] += 1;
            }
            Flow::Jump => predecessors[it.c as usize] += 1,
            Flow::Exit => {}
        }
        if let (Some(h), true) = (it.handler, it.op.can_raise()) {
            all[graph.handlers[h.0 as usize].label.0 as usize] |= marks::HANDLER;
        }
    }
    for (pc, it) in graph.list.iter().enumerate() {
        if it.op == Opcode::JumpBackward {
            all[it.c as usize] |= marks::LOOP_HEADER;
        } else if matches!(it.op.flow(), Flow::Jump | Flow::Branch) {
            let target = it.c as usize;
            if target > pc && predecessors[target] > 1 {
                all[target] |= marks::JOIN;
            }
        }
    }
    all.into()
}
