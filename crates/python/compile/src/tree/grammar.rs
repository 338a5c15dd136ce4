//! The abstract grammar of Python 3.14, as the documentation of the `ast` module gives it: one list, from which come the kinds of
//! nodes, the classes of `_ast`, their docstrings, and the checks of trees that programs build.

use std::sync::OnceLock;

/// How many values a field has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Quantity {
    One,
    /// `?`
    Optional,
    /// `*`
    Many,
    /// `?*`: a list whose items may be None.
    ManyOptional,
}

/// A field of a kind of nodes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FieldShape {
    pub name: &'static str,
    /// A sum or product of the grammar, or `identifier`, `string`, `int`, `constant`.
    pub ty: &'static str,
    pub quantity: Quantity,
}

/// A sum of the grammar (`expr = BoolOp(…) | …`), or a product, which has no name for the sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Group {
    /// Empty for a product.
    pub sum: &'static str,
    /// Whether its nodes have `lineno`, `col_offset`, `end_lineno`, `end_col_offset`.
    pub has_position: bool,
    pub kinds: &'static [Kind],
}

macro_rules! grammar {
    ($($sum:literal $has_position:literal { $($name:ident $fields:literal)* })*) => {
        /// A kind of nodes; the names are those of the classes of `_ast`.
        #[allow(non_camel_case_types, reason = "the grammar's own names")]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        #[repr(u8)]
        pub enum Kind { $($($name,)*)* }

        /// Sums and products in the order of the grammar.
        pub static GROUPS: &[Group] = &[$(Group {
            sum: $sum,
            has_position: $has_position,
            kinds: &[$(Kind::$name,)*],
        },)*];
        const ALL: &[Kind] = &[$($(Kind::$name,)*)*];
        const NAMES: &[&str] = &[$($(stringify!($name),)*)*];
        const FIELDS: &[&str] = &[$($($fields,)*)*];
    };
}

grammar! {
    "mod" false {
        Module "stmt* body, type_ignore* type_ignores"
        Interactive "stmt* body"
        Expression "expr body"
        FunctionType "expr* argtypes, expr returns"
    }
    "stmt" true {
        FunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params"
        AsyncFunctionDef "identifier name, arguments args, stmt* body, expr* decorator_list, expr? returns, string? type_comment, type_param* type_params"
        ClassDef "identifier name, expr* bases, keyword* keywords, stmt* body, expr* decorator_list, type_param* type_params"
        Return "expr? value"
        Delete "expr* targets"
        Assign "expr* targets, expr value, string? type_comment"
        TypeAlias "expr name, type_param* type_params, expr value"
        AugAssign "expr target, operator op, expr value"
        AnnAssign "expr target, expr annotation, expr? value, int simple"
        For "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        AsyncFor "expr target, expr iter, stmt* body, stmt* orelse, string? type_comment"
        While "expr test, stmt* body, stmt* orelse"
        If "expr test, stmt* body, stmt* orelse"
        With "withitem* items, stmt* body, string? type_comment"
        AsyncWith "withitem* items, stmt* body, string? type_comment"
        Match "expr subject, match_case* cases"
        Raise "expr? exc, expr? cause"
        Try "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        TryStar "stmt* body, excepthandler* handlers, stmt* orelse, stmt* finalbody"
        Assert "expr test, expr? msg"
        Import "alias* names"
        ImportFrom "identifier? module, alias* names, int? level"
        Global "identifier* names"
        Nonlocal "identifier* names"
        Expr "expr value"
        Pass ""
        Break ""
        Continue ""
    }
    "expr" true {
        BoolOp "boolop op, expr* values"
        NamedExpr "expr target, expr value"
        BinOp "expr left, operator op, expr right"
        UnaryOp "unaryop op, expr operand"
        Lambda "arguments args, expr body"
        IfExp "expr test, expr body, expr orelse"
        Dict "expr?* keys, expr* values"
        Set "expr* elts"
        ListComp "expr elt, comprehension* generators"
        SetComp "expr elt, comprehension* generators"
        DictComp "expr key, expr value, comprehension* generators"
        GeneratorExp "expr elt, comprehension* generators"
        Await "expr value"
        Yield "expr? value"
        YieldFrom "expr value"
        Compare "expr left, cmpop* ops, expr* comparators"
        Call "expr func, expr* args, keyword* keywords"
        FormattedValue "expr value, int conversion, expr? format_spec"
        Interpolation "expr value, constant str, int conversion, expr? format_spec"
        JoinedStr "expr* values"
        TemplateStr "expr* values"
        Constant "constant value, string? kind"
        Attribute "expr value, identifier attr, expr_context ctx"
        Subscript "expr value, expr slice, expr_context ctx"
        Starred "expr value, expr_context ctx"
        Name "identifier id, expr_context ctx"
        List "expr* elts, expr_context ctx"
        Tuple "expr* elts, expr_context ctx"
        Slice "expr? lower, expr? upper, expr? step"
    }
    "expr_context" false { Load "" Store "" Del "" }
    "boolop" false { And "" Or "" }
    "operator" false {
        Add "" Sub "" Mult "" MatMult "" Div "" Mod "" Pow "" LShift "" RShift "" BitOr "" BitXor "" BitAnd "" FloorDiv ""
    }
    "unaryop" false { Invert "" Not "" UAdd "" USub "" }
    "cmpop" false { Eq "" NotEq "" Lt "" LtE "" Gt "" GtE "" Is "" IsNot "" In "" NotIn "" }
    "" false { comprehension "expr target, expr iter, expr* ifs, int is_async" }
    "excepthandler" true { ExceptHandler "expr? type, identifier? name, stmt* body" }
    "" false {
        arguments "arg* posonlyargs, arg* args, arg? vararg, arg* kwonlyargs, expr?* kw_defaults, arg? kwarg, expr* defaults"
    }
    "" true { arg "identifier arg, expr? annotation, string? type_comment" }
    "" true { keyword "identifier? arg, expr value" }
    "" true { alias "identifier name, identifier? asname" }
    "" false { withitem "expr context_expr, expr? optional_vars" }
    "" false { match_case "pattern pattern, expr? guard, stmt* body" }
    "pattern" true {
        MatchValue "expr value"
        MatchSingleton "constant value"
        MatchSequence "pattern* patterns"
        MatchMapping "expr* keys, pattern* patterns, identifier? rest"
        MatchClass "expr cls, pattern* patterns, identifier* kwd_attrs, pattern* kwd_patterns"
        MatchStar "identifier? name"
        MatchAs "pattern? pattern, identifier? name"
        MatchOr "pattern* patterns"
    }
    "type_ignore" false { TypeIgnore "int lineno, string tag" }
    "type_param" true {
        TypeVar "identifier name, expr? bound, expr? default_value"
        ParamSpec "identifier name, expr? default_value"
        TypeVarTuple "identifier name, expr? default_value"
    }
}

impl Kind {
    /// Name of the class.
    pub fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// The kind of a number.
    pub fn from_index(index: usize) -> Option<Kind> {
        ALL.get(index).copied()
    }

    /// Number of kinds.
    pub const COUNT: usize = ALL.len();

    /// The sum or product that it belongs to.
    pub fn group(self) -> &'static Group {
        GROUPS.iter().find(|group| group.kinds.contains(&self)).expect("every kind is in a group")
    }

    /// Whether a field of type `ty` may hold such a node.
    pub fn is_of(self, ty: &str) -> bool {
        let group = self.group();
        group.sum == ty || group.sum.is_empty() && self.name() == ty
    }

    /// Its fields in order.
    pub fn fields(self) -> &'static [FieldShape] {
        static PARSED: OnceLock<Vec<Vec<FieldShape>>> = OnceLock::new();
        let all = PARSED.get_or_init(|| FIELDS.iter().map(|text| parse(text)).collect());
        &all[self as usize]
    }

    /// `Return(expr? value)`: how the grammar writes it.
    pub fn text(self) -> String {
        match FIELDS[self as usize] {
            "" => self.name().to_owned(),
            fields => format!("{}({fields})", self.name()),
        }
    }
}

impl Group {
    /// `boolop = And | Or`; alternatives with fields stand on lines of their own.
    pub fn text(&self) -> String {
        let texts: Vec<String> = self.kinds.iter().map(|kind| kind.text()).collect();
        let between = match texts.iter().any(|text| text.contains('(')) {
            true => format!("\n{}| ", " ".repeat(self.sum.len() + 1)),
            false => " | ".to_owned(),
        };
        format!("{} = {}", self.sum, texts.join(&between))
    }
}

fn parse(fields: &'static str) -> Vec<FieldShape> {
    let split = |field: &'static str| {
        let (ty, name) = field.split_once(' ').expect("a type and a name");
        let (ty, quantity) = match ty {
            t if t.ends_with("?*") => (&t[..t.len() - 2], Quantity::ManyOptional),
            t if t.ends_with('*') => (&t[..t.len() - 1], Quantity::Many),
            t if t.ends_with('?') => (&t[..t.len() - 1], Quantity::Optional),
            t => (t, Quantity::One),
        };
        FieldShape { name, ty, quantity }
    };
    if fields.is_empty() { Vec::new() } else { fields.split(", ").map(split).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_grammars() {
        assert_eq!(Kind::Return.text(), "Return(expr? value)");
        assert_eq!(Kind::Pass.text(), "Pass");
        let handler = GROUPS.iter().find(|group| group.sum == "excepthandler").expect("it is there");
        assert_eq!(handler.text(), "excepthandler = ExceptHandler(expr? type, identifier? name, stmt* body)");
        assert_eq!(Kind::Dict.fields()[0].quantity, Quantity::ManyOptional);
        assert!(Kind::arg.is_of("arg") && Kind::Name.is_of("expr") && !Kind::Name.is_of("stmt"));
    }
}
