//! From a seed to a Python program: the grammar's holes are filled at random, down to a depth.
//!
//! What the grammar cannot say is said here: which counters are in scope, where `break`, `return` and `yield` may stand, and which
//! variables a function uses and therefore has to set first ([locals]) or declare `nonlocal`.

use crate::grammar::Grammar;
use testkit::Rng;

/// Statements are nested this deep in functions, and in methods.
const STATEMENT_DEPTH: usize = 2;
const METHOD_DEPTH: usize = 1;
/// Expressions in a statement are nested this deep; a leaf is 0.
const EXPRESSION_DEPTH: usize = 2;
/// Holes for what is iterated over: evaluated where the variable of the iteration is not set yet.
const ITERATED: [&str; 4] = ["ints", "iterable", "list", "count"];
/// Sections that are begun with here, not by a hole.
pub const STARTS: [&str; 7] = ["program", "locals", "result", "guarded", "member", "change", "statement"];
/// Holes without a section.
pub const SPECIAL_HOLES: [&str; 13] = [
    "new",
    "fresh",
    "counter",
    "block",
    "loop",
    "plain",
    "quiet",
    "body",
    "generator",
    "coroutine",
    "closure",
    "members",
    "changes",
];
/// Parameters of every function.
const PARAMETERS: [&str; 2] = ["a", "b"];

/// Where a statement stands.
#[derive(Clone, Copy, Default)]
struct Scope {
    is_loop: bool,
    is_function: bool,
    is_generator: bool,
    is_coroutine: bool,
    /// In an expression that is iterated over, no assignment may stand.
    is_iterated: bool,
}

impl Scope {
    fn is_place(self, name: &str) -> bool {
        match name {
            "loop" => self.is_loop,
            "function" => self.is_function,
            "generator" => self.is_generator,
            "coroutine" => self.is_coroutine,
            "expression" => !self.is_iterated,
            other => panic!("the grammar has no place ?{other}"),
        }
    }
}

/// How deep what is being written may still be nested.
#[derive(Clone, Copy)]
struct Depth {
    statements: usize,
    expressions: usize,
}

struct Generator<'g> {
    grammar: &'g Grammar,
    rng: Rng,
    scope: Scope,
    /// Names of integers that are in scope and never assigned.
    counters: Vec<String>,
    names_count: usize,
}

/// The program of a seed; it imports `prelude.py`.
pub fn program(grammar: &Grammar, seed: u64) -> String {
    let mut generator = Generator {
        grammar,
        rng: Rng::new(seed),
        scope: Scope::default(),
        counters: Vec::new(),
        names_count: 0,
    };
    generator.section("program", Depth { statements: STATEMENT_DEPTH, expressions: EXPRESSION_DEPTH }) + "\n"
}

impl Generator<'_> {
    fn section(&mut self, name: &str, depth: Depth) -> String {
        let scope = self.scope;
        let grammar = self.grammar;
        let number = self.rng.next_u64();
        let chosen = grammar.choose(name, number, |place| scope.is_place(place));
        self.fill(&chosen.text, depth)
    }

    /// The text with its holes filled.
    fn fill(&mut self, template: &str, depth: Depth) -> String {
        let mut new_name = None;
        let mut fresh_name = None;
        if template.contains("{new}") {
            let name = self.new_name("i");
            self.counters.push(name.clone());
            new_name = Some(name);
        }
        let mut out = String::new();
        let mut rest = template;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with("{{") || rest.starts_with("}}") {
                out.push_str(&rest[..1]);
                rest = &rest[2..];
                continue;
            }
            let end = rest.find('}').expect("a hole ends");
            let hole = &rest[1..end];
            rest = &rest[end + 1..];
            let text = match hole {
                "new" => new_name.clone().expect("it was made above"),
                "fresh" => fresh_name.get_or_insert_with(|| self.new_name("w")).clone(),
                _ if ITERATED.contains(&hole) => self.iterated(hole, new_name.is_some(), depth),
                _ => self.hole(hole, depth),
            };
            push_indented(&mut out, &text);
        }
        out.push_str(rest);
        if new_name.is_some() {
            self.counters.pop();
        }
        out
    }

    fn new_name(&mut self, letter: &str) -> String {
        self.names_count += 1;
        format!("{letter}{}", self.names_count)
    }

    fn iterated(&mut self, hole: &str, has_variable: bool, depth: Depth) -> String {
        let hidden = if has_variable { self.counters.pop() } else { None };
        let was_iterated = std::mem::replace(&mut self.scope.is_iterated, true);
        let text = self.hole(hole, depth);
        self.scope.is_iterated = was_iterated;
        self.counters.extend(hidden);
        text
    }

    fn hole(&mut self, hole: &str, depth: Depth) -> String {
        let scope = self.scope;
        let inner = Depth { statements: depth.statements.saturating_sub(1), ..depth };
        match hole {
            "counter" if self.counters.is_empty() => "a".to_string(),
            "counter" => self.counters[self.rng.below(self.counters.len())].clone(),
            "block" => self.block(scope, inner),
            "loop" => self.block(Scope { is_loop: true, ..scope }, inner),
            "plain" => self.block(Scope { is_generator: false, is_coroutine: false, ..scope }, inner),
            "quiet" => self.block(Scope::default(), inner),
            "body" => self.body(Scope { is_function: true, ..Scope::default() }, depth),
            "generator" => {
                // What is behind the last `return` makes a generator of it.
                self.body(Scope { is_function: true, is_generator: true, ..Scope::default() }, depth)
                    + "\nyield"
            }
            "coroutine" => {
                self.body(Scope { is_function: true, is_coroutine: true, ..Scope::default() }, depth)
            }
            "closure" => self.closure(inner),
            "members" => self.several("member", 5),
            "changes" => self.changes(),
            _ => {
                let leaf = format!("{hole} leaf");
                if depth.expressions == 0 && self.grammar.has(&leaf) {
                    return self.section(&leaf, depth);
                }
                let is_statement = hole.starts_with("statement");
                let expressions =
                    if is_statement { EXPRESSION_DEPTH } else { depth.expressions.saturating_sub(1) };
                self.section(hole, Depth { expressions, ..depth })
            }
        }
    }

    fn block(&mut self, scope: Scope, depth: Depth) -> String {
        let outer = std::mem::replace(&mut self.scope, scope);
        let count = 1 + self.rng.below(2);
        let section = if depth.statements == 0 { "statement leaf" } else { "statement" };
        let text = self.statements(section, count, depth);
        self.scope = outer;
        text
    }

    fn statements(&mut self, section: &str, count: usize, depth: Depth) -> String {
        let depth = Depth { expressions: EXPRESSION_DEPTH, ..depth };
        let statements: Vec<String> = (0..count).map(|_| self.section(section, depth)).collect();
        statements.join("\n")
    }

    /// What a function of its own does: its variables are set first.
    fn body(&mut self, scope: Scope, depth: Depth) -> String {
        let counters = std::mem::take(&mut self.counters);
        let outer = std::mem::replace(&mut self.scope, scope);
        let count = depth.statements + self.rng.below(3);
        let mut text = self.statements("guarded", count, depth);
        text.push_str("\nreturn ");
        text.push_str(&self.section("result", depth));
        // One variable may be set from those before it.
        let locals = self.grammar.alternatives("locals");
        let leaf = Depth { statements: 0, expressions: 0 };
        text.insert_str(0, "tick()\n");
        for template in locals.iter().rev() {
            let (name, _) = template.text.split_once(" = ").expect("[locals] are assignments");
            if has_word(&text, name) {
                text = format!("{}\n{text}", self.fill(&template.text, leaf));
            }
        }
        self.scope = outer;
        self.counters = counters;
        text
    }

    /// What a function in a function does, which shares the variables.
    fn closure(&mut self, depth: Depth) -> String {
        let text = self.block(Scope { is_function: true, ..Scope::default() }, depth);
        let text = text + "\nreturn " + &self.section("int leaf", Depth { expressions: 0, ..depth });
        let locals = self.grammar.alternatives("locals").iter();
        let names = locals.filter_map(|local| local.text.split(' ').next()).chain(PARAMETERS);
        let shared: Vec<&str> = names.filter(|name| has_word(&text, name)).collect();
        if shared.is_empty() { text } else { format!("nonlocal {}\n{text}", shared.join(", ")) }
    }

    /// Up to so many texts of a section, none twice.
    fn several(&mut self, section: &str, most: usize) -> String {
        let depth = Depth { statements: METHOD_DEPTH, expressions: EXPRESSION_DEPTH };
        let mut numbers: Vec<usize> = (0..self.grammar.alternatives(section).len()).collect();
        let mut texts = Vec::new();
        for _ in 0..1 + self.rng.below(most) {
            let number = numbers.swap_remove(self.rng.below(numbers.len()));
            let template = self.grammar.alternatives(section)[number].text.clone();
            texts.push(self.fill(&template, depth));
        }
        texts.join("\n")
    }

    /// Changes of classes, functions and globals, one at a time.
    fn changes(&mut self) -> String {
        let one_by_one = |change: &str| {
            format!("try:\n    {change}\nexcept Exception as e:\n    note(str(e))\nyield {change:?}")
        };
        self.several("change", 6).lines().map(one_by_one).collect::<Vec<_>>().join("\n")
    }
}

/// Appends the text, its further lines as deep as the line that it begins in.
fn push_indented(out: &mut String, text: &str) {
    let line = &out[out.rfind('\n').map_or(0, |at| at + 1)..];
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    out.push_str(&text.replace('\n', &format!("\n{indent}")));
}

/// Whether the name occurs, other than as part of another one.
fn has_word(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let is_attribute = text[..at].ends_with('.') && !text[..at].ends_with("..");
        !text[..at].ends_with(is_part) && !text[at + name.len()..].starts_with(is_part) && !is_attribute
    })
}
