//! Tokens to syntax tree: recursive descent, with precedence climbing for operators.
//!
//! Two limits keep hostile input from overflowing the native stack, here and in every later stage that recurses:
//! [`NESTING_LIMIT`] bounds this parser's own recursion, [`HEIGHT_LIMIT`] bounds the height of an expression, which grows
//! without recursion in `1 + 1 + 1 + …`. Both are syntax errors, not crashes.
//!
//! A line end ends a statement, unless a bracket is open or the line ends in the middle of an expression. So
//! `(` and `[` at the start of a line begin a new statement; they never call or index the line before.

use crate::ast::*;
use crate::lexer::{Lexeme, Token, tokens};
use crate::source::{Place, Symbol, Symbols, SyntaxError};

/// Brackets, blocks and prefix operators that may be open at once.
pub const NESTING_LIMIT: u32 = 120;
/// Levels of one expression.
pub const HEIGHT_LIMIT: u32 = 400;

type Result<T> = std::result::Result<T, SyntaxError>;

/// Parses a whole program.
pub fn parse(text: &str, symbols: &mut Symbols) -> Result<Module> {
    let lexemes = tokens(text, symbols)?;
    let anonymous = symbols.intern("fn");
    let mut parser =
        Parser { lexemes, next: 0, nesting: 0, in_brackets: false, mention_count: 0, anonymous, symbols };
    let mut body = Vec::new();
    while *parser.peek() != Token::End {
        parser.statement(&mut body)?;
    }
    Ok(Module { body, mention_count: parser.mention_count })
}

struct Parser<'a> {
    lexemes: Vec<Lexeme>,
    next: usize,
    nesting: u32,
    /// Inside `(…)`, `[…]` or a record, where a line end means nothing.
    in_brackets: bool,
    mention_count: u32,
    anonymous: Symbol,
    symbols: &'a Symbols,
}

/// Binding strength of a binary operator; comparisons do not chain.
fn strength(mark: &str) -> Option<u8> {
    Some(match mark {
        "or" => 1,
        "and" => 2,
        "==" | "!=" | "<" | "<=" | ">" | ">=" => 3,
        "+" | "-" => 4,
        "*" | "/" | "//" | "%" => 5,
        _ => return None,
    })
}

fn binary(mark: &str) -> Binary {
    match mark {
        "+" => Binary::Add,
        "-" => Binary::Subtract,
        "*" => Binary::Multiply,
        "/" => Binary::Divide,
        "//" => Binary::FloorDivide,
        "%" => Binary::Modulo,
        "==" => Binary::Equal,
        "!=" => Binary::NotEqual,
        "<" => Binary::Less,
        "<=" => Binary::LessEqual,
        ">" => Binary::Greater,
        ">=" => Binary::GreaterEqual,
        _ => unreachable!("{mark} has a strength but is no operator"),
    }
}

impl Parser<'_> {
    fn lexeme(&self) -> &Lexeme {
        &self.lexemes[self.next]
    }

    fn peek(&self) -> &Token {
        &self.lexeme().token
    }

    fn place(&self) -> Place {
        self.lexeme().place
    }

    /// The next token continues the statement so far: no line end that counts stands before it.
    fn continues(&self) -> bool {
        self.in_brackets || !self.lexeme().starts_line
    }

    fn advance(&mut self) -> Token {
        let token = self.peek().clone();
        if token != Token::End {
            self.next += 1;
        }
        token
    }

    fn at(&self, mark: &str) -> bool {
        matches!(self.peek(), Token::Fixed(found) if *found == mark)
    }

    fn eat(&mut self, mark: &str) -> bool {
        let found = self.at(mark);
        if found {
            self.next += 1;
        }
        found
    }

    fn expect(&mut self, mark: &str) -> Result<()> {
        if self.eat(mark) { Ok(()) } else { Err(self.unexpected(&format!("'{mark}'"))) }
    }

    fn unexpected(&self, expected: &str) -> SyntaxError {
        let found = match self.peek() {
            Token::Name(symbol) => format!("name '{}'", self.symbols.text(*symbol)),
            Token::Int(_) | Token::Float(_) => "a number".into(),
            Token::Text(_) => "a string".into(),
            Token::Fixed(mark) => format!("'{mark}'"),
            Token::End => "end of file".into(),
        };
        SyntaxError::new(self.place(), format!("expected {expected}, found {found}"))
    }

    fn name(&mut self) -> Result<Symbol> {
        match *self.peek() {
            Token::Name(symbol) => {
                self.next += 1;
                Ok(symbol)
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    fn mention(&mut self) -> Result<Mention> {
        let place = self.place();
        let name = self.name()?;
        self.mention_count += 1;
        Ok(Mention { id: MentionId(self.mention_count - 1), name, place })
    }

    /// Runs `parse` one level deeper, with line ends significant or not.
    fn nested<T>(&mut self, in_brackets: bool, parse: impl FnOnce(&mut Self) -> Result<T>) -> Result<T> {
        if self.nesting == NESTING_LIMIT {
            let message = format!("nested too deeply (more than {NESTING_LIMIT} levels)");
            return Err(SyntaxError::new(self.place(), message));
        }
        self.nesting += 1;
        let outer = std::mem::replace(&mut self.in_brackets, in_brackets);
        let result = parse(self);
        self.in_brackets = outer;
        self.nesting -= 1;
        result
    }

    // ---- Statements ----

    fn block(&mut self) -> Result<Vec<Stmt>> {
        self.nested(false, |p| {
            p.expect("{")?;
            let mut body = Vec::new();
            while !p.eat("}") {
                p.statement(&mut body)?;
            }
            Ok(body)
        })
    }

    fn statement(&mut self, out: &mut Vec<Stmt>) -> Result<()> {
        if self.eat(";") {
            return Ok(());
        }
        let place = self.place();
        let kind = match *self.peek() {
            Token::Fixed("let") => self.let_statement()?,
            Token::Fixed("fn") if matches!(self.lexemes[self.next + 1].token, Token::Name(_)) => {
                self.next += 1;
                let mention = self.mention()?;
                let function = self.function(mention.name, Some(mention.id), place)?;
                StmtKind::Function(mention, Box::new(function))
            }
            Token::Fixed("if") => self.if_statement()?,
            Token::Fixed("while") => {
                self.next += 1;
                StmtKind::While(self.expression()?, self.block()?)
            }
            Token::Fixed("for") => self.for_statement()?,
            Token::Fixed("{") => StmtKind::Block(self.block()?),
            Token::Fixed("break") => self.word(StmtKind::Break),
            Token::Fixed("continue") => self.word(StmtKind::Continue),
            Token::Fixed("return") => {
                self.next += 1;
                let ends = !self.continues() || matches!(self.peek(), Token::Fixed("}" | ";") | Token::End);
                StmtKind::Return(if ends { None } else { Some(self.expression()?) })
            }
            Token::Fixed("throw") => {
                self.next += 1;
                StmtKind::Throw(self.expression()?)
            }
            Token::Fixed("try") => {
                self.next += 1;
                let body = self.block()?;
                self.expect("catch")?;
                let caught = self.mention()?;
                StmtKind::Try(body, caught, self.block()?)
            }
            _ => self.expression_statement()?,
        };
        let ends_with_block = matches!(
            kind,
            StmtKind::Function(..)
                | StmtKind::If(..)
                | StmtKind::While(..)
                | StmtKind::ForRange(..)
                | StmtKind::ForEach(..)
                | StmtKind::Block(..)
                | StmtKind::Try(..)
        );
        out.push(Stmt { kind, place });
        if ends_with_block { Ok(()) } else { self.statement_end() }
    }

    fn statement_end(&mut self) -> Result<()> {
        if self.eat(";") || self.lexeme().starts_line || self.at("}") || *self.peek() == Token::End {
            return Ok(());
        }
        Err(self.unexpected("end of statement"))
    }

    fn word(&mut self, kind: StmtKind) -> StmtKind {
        self.next += 1;
        kind
    }

    fn let_statement(&mut self) -> Result<StmtKind> {
        self.next += 1;
        let mention = self.mention()?;
        self.expect("=")?;
        Ok(StmtKind::Let(mention, self.named_expression(mention.name)?))
    }

    fn if_statement(&mut self) -> Result<StmtKind> {
        let mut arms = Vec::new();
        loop {
            self.next += 1; // "if"
            arms.push((self.expression()?, self.block()?));
            if !self.eat("else") {
                return Ok(StmtKind::If(arms, Vec::new()));
            }
            if !self.at("if") {
                return Ok(StmtKind::If(arms, self.block()?));
            }
        }
    }

    fn for_statement(&mut self) -> Result<StmtKind> {
        self.next += 1;
        let variable = self.mention()?;
        self.expect("in")?;
        let first = self.expression()?;
        if self.eat("..") {
            let limit = self.expression()?;
            return Ok(StmtKind::ForRange(variable, first, limit, self.block()?));
        }
        Ok(StmtKind::ForEach(variable, first, self.block()?))
    }

    fn expression_statement(&mut self) -> Result<StmtKind> {
        let target = self.expression()?;
        let Token::Fixed(mark @ ("=" | "+=" | "-=" | "*=" | "/=" | "//=" | "%=")) = *self.peek() else {
            return Ok(StmtKind::Expr(target));
        };
        let name = match target.kind {
            ExprKind::Name(mention) => mention.name,
            ExprKind::Field(_, name) => name,
            ExprKind::Index(..) => self.anonymous,
            _ => return Err(SyntaxError::new(target.place, "cannot assign to this expression")),
        };
        self.next += 1;
        let operator = mark.strip_suffix('=').filter(|operator| !operator.is_empty()).map(binary);
        Ok(StmtKind::Assign(target, operator, self.named_expression(name)?))
    }

    // ---- Expressions ----

    fn expression(&mut self) -> Result<Expr> {
        self.operators(0)
    }

    /// An expression that is written into `name`: a function there goes by that name.
    fn named_expression(&mut self, name: Symbol) -> Result<Expr> {
        let mut value = self.expression()?;
        if let ExprKind::Function(function) = &mut value.kind {
            function.name = name;
        }
        Ok(value)
    }

    fn build(&self, kind: ExprKind, place: Place, below: u32) -> Result<Expr> {
        if below >= HEIGHT_LIMIT {
            let message = format!("expression nested too deeply (more than {HEIGHT_LIMIT} levels)");
            return Err(SyntaxError::new(place, message));
        }
        Ok(Expr { kind, place, height: below + 1 })
    }

    /// Operators that bind more tightly than `floor`.
    fn operators(&mut self, floor: u8) -> Result<Expr> {
        let mut left = self.prefix()?;
        loop {
            let place = self.place();
            let Token::Fixed(mark) = *self.peek() else { return Ok(left) };
            let Some(own) = strength(mark) else { return Ok(left) };
            if own <= floor || !self.continues() {
                return Ok(left);
            }
            self.next += 1;
            let right = self.operators(own)?;
            let below = left.height.max(right.height);
            let (left_box, right_box) = (Box::new(left), Box::new(right));
            let kind = match mark {
                "and" => ExprKind::And(left_box, right_box),
                "or" => ExprKind::Or(left_box, right_box),
                _ => ExprKind::Binary(binary(mark), left_box, right_box),
            };
            left = self.build(kind, place, below)?;
            if own == 3
                && let Token::Fixed(next) = *self.peek()
                && strength(next) == Some(3)
            {
                return Err(SyntaxError::new(self.place(), "comparisons do not chain; use 'and'"));
            }
        }
    }

    fn prefix(&mut self) -> Result<Expr> {
        let place = self.place();
        let (operator, floor) = match self.peek() {
            // `not a == b` is `not (a == b)`; `-a * b` is `(-a) * b`.
            Token::Fixed("not") => (Unary::Not, 2),
            Token::Fixed("-") => (Unary::Negate, 5),
            _ => return self.postfix(),
        };
        self.next += 1;
        let brackets = self.in_brackets;
        let operand = self.nested(brackets, |p| p.operators(floor))?;
        let height = operand.height;
        let kind = match operand.kind {
            ExprKind::Int(value) if operator == Unary::Negate => ExprKind::Int(-value),
            ExprKind::Float(value) if operator == Unary::Negate => ExprKind::Float(-value),
            _ => ExprKind::Unary(operator, Box::new(operand)),
        };
        self.build(kind, place, height)
    }

    fn postfix(&mut self) -> Result<Expr> {
        let mut object = self.primary()?;
        loop {
            let place = self.place();
            let below = object.height;
            if self.at(".") {
                // A line may begin with `.name`: nothing else can.
                self.next += 1;
                let name = self.name()?;
                if self.at("(") && self.continues() {
                    let (arguments, height) = self.arguments()?;
                    let kind = ExprKind::Method(Box::new(object), name, arguments);
                    object = self.build(kind, place, below.max(height))?;
                } else {
                    object = self.build(ExprKind::Field(Box::new(object), name), place, below)?;
                }
            } else if self.at("(") && self.continues() {
                let (arguments, height) = self.arguments()?;
                object = self.build(ExprKind::Call(Box::new(object), arguments), place, below.max(height))?;
            } else if self.at("[") && self.continues() {
                self.next += 1;
                let index = self.nested(true, |p| {
                    let index = p.expression()?;
                    p.expect("]")?;
                    Ok(index)
                })?;
                let height = below.max(index.height);
                object = self.build(ExprKind::Index(Box::new(object), Box::new(index)), place, height)?;
            } else {
                return Ok(object);
            }
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Expr>, u32)> {
        self.next += 1; // "("
        self.expressions_until(")")
    }

    /// Comma-separated expressions and their greatest height; a comma may come last.
    fn expressions_until(&mut self, close: &str) -> Result<(Vec<Expr>, u32)> {
        self.nested(true, |p| {
            let mut out = Vec::new();
            while !p.eat(close) {
                out.push(p.expression()?);
                if !p.eat(",") && !p.at(close) {
                    return Err(p.unexpected(&format!("',' or '{close}'")));
                }
            }
            let height = out.iter().map(|e| e.height).max().unwrap_or(0);
            Ok((out, height))
        })
    }

    fn primary(&mut self) -> Result<Expr> {
        let place = self.place();
        let kind = match self.peek().clone() {
            Token::Name(_) => {
                let mention = self.mention()?;
                return self.build(ExprKind::Name(mention), place, 0);
            }
            Token::Int(value) => ExprKind::Int(value),
            Token::Float(value) => ExprKind::Float(value),
            Token::Text(bytes) => ExprKind::Text(bytes),
            Token::Fixed("nil") => ExprKind::Nil,
            Token::Fixed("true") => ExprKind::Bool(true),
            Token::Fixed("false") => ExprKind::Bool(false),
            Token::Fixed("(") => {
                self.next += 1;
                return self.nested(true, |p| {
                    let inner = p.expression()?;
                    p.expect(")")?;
                    Ok(inner)
                });
            }
            Token::Fixed("[") => {
                self.next += 1;
                let (items, height) = self.expressions_until("]")?;
                return self.build(ExprKind::List(items), place, height);
            }
            Token::Fixed("{") => return self.record(),
            Token::Fixed("fn") => {
                self.next += 1;
                let function = self.function(self.anonymous, None, place)?;
                return self.build(ExprKind::Function(Box::new(function)), place, 0);
            }
            _ => return Err(self.unexpected("an expression")),
        };
        self.advance();
        self.build(kind, place, 0)
    }

    fn record(&mut self) -> Result<Expr> {
        let place = self.place();
        let fields = self.nested(true, |p| {
            p.expect("{")?;
            let mut fields: Vec<(Symbol, Expr)> = Vec::new();
            while !p.eat("}") {
                let name_place = p.place();
                let name = p.name()?;
                if fields.iter().any(|(other, _)| *other == name) {
                    let message = format!("field '{}' given twice", p.symbols.text(name));
                    return Err(SyntaxError::new(name_place, message));
                }
                p.expect(":")?;
                fields.push((name, p.named_expression(name)?));
                if !p.eat(",") && !p.at("}") {
                    return Err(p.unexpected("',' or '}'"));
                }
            }
            Ok(fields)
        })?;
        let height = fields.iter().map(|(_, value)| value.height).max().unwrap_or(0);
        self.build(ExprKind::Record(fields), place, height)
    }

    /// Parameters and body, after `fn` or `fn name`.
    fn function(&mut self, name: Symbol, declares: Option<MentionId>, place: Place) -> Result<Function> {
        self.nested(true, |p| {
            p.expect("(")?;
            let mut parameters = Vec::new();
            while !p.eat(")") {
                parameters.push(p.mention()?);
                if !p.eat(",") && !p.at(")") {
                    return Err(p.unexpected("',' or ')'"));
                }
            }
            Ok(Function { name, parameters, body: p.block()?, place, declares })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        match parse(text, &mut Symbols::default()) {
            Ok(_) => "no error".into(),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn errors_name_line_and_column() {
        assert_eq!(error("let x 1"), "1:7: syntax error: expected '=', found a number");
        assert_eq!(error("while x {\n  y = \n}"), "3:1: syntax error: expected an expression, found '}'");
        assert_eq!(error("f(1, 2"), "1:7: syntax error: expected ',' or ')', found end of file");
        assert_eq!(error("1 + 2 = 3"), "1:3: syntax error: cannot assign to this expression");
        assert_eq!(error("a < b < c"), "1:7: syntax error: comparisons do not chain; use 'and'");
        assert_eq!(
            error("let a = 1 let b = 2"),
            "1:11: syntax error: expected end of statement, found 'let'"
        );
        assert_eq!(error("x = {a: 1, a: 2}"), "1:12: syntax error: field 'a' given twice");
        assert_eq!(error("fn f(a b) {}"), "1:8: syntax error: expected ',' or ')', found name 'b'");
    }

    #[test]
    fn deep_nesting_is_an_error_not_a_crash() {
        let too_deep = "nested too deeply";
        for open in ["(", "[", "{a:", "-", "not ", "fn(){ x = ", "f("] {
            assert!(error(&format!("x = {}", open.repeat(100_000))).contains(too_deep), "{open}");
        }
        assert!(error(&"if x {".repeat(100_000)).contains(too_deep));
        assert!(error(&format!("x = 1{}", " + 1".repeat(100_000))).contains(too_deep));
        assert!(error(&format!("x = f{}", "()".repeat(100_000))).contains(too_deep));
        assert!(error(&format!("x = 1{}", " + 1".repeat(300))).contains("no error"));
    }

    #[test]
    fn line_ends_end_statements_outside_brackets() {
        assert_eq!(error("a = b\n(c)\n[d]\n-e"), "no error");
        assert_eq!(error("a = (b\n+ c)\nf(1,\n2,\n)"), "no error");
        assert_eq!(error("a = b +\nc"), "no error");
        assert_eq!(error("return\nx"), "no error");
    }
}
