//! The parser's tree to [`Node`]s: parameters, arguments, handlers, patterns, type parameters.

use ruff_python_ast as ast;
use ruff_python_ast::{Pattern, TypeParam};
use ruff_text_size::{Ranged, TextRange};

use super::from_parser::FromParser;
use super::{Kind, Node, Value};
use crate::code::Constant;

impl FromParser<'_> {
    pub(super) fn arguments(&self, parameters: Option<&ast::Parameters>) -> Node {
        let list = |list: &[ast::ParameterWithDefault]| {
            list.iter().map(|p| self.arg(&p.parameter)).collect::<Vec<_>>()
        };
        let (mut posonly, mut args, mut kwonly) = (Vec::new(), Vec::new(), Vec::new());
        let (mut vararg, mut kwarg) = (None, None);
        let (mut kw_defaults, mut defaults) = (Vec::new(), Vec::new());
        if let Some(p) = parameters {
            (posonly, args, kwonly) = (list(&p.posonlyargs), list(&p.args), list(&p.kwonlyargs));
            vararg = p.vararg.as_deref().map(|a| self.arg(a));
            kwarg = p.kwarg.as_deref().map(|a| self.arg(a));
            let optional = |p: &ast::ParameterWithDefault| p.default.as_deref().map(|d| self.expr(d));
            kw_defaults = p.kwonlyargs.iter().map(optional).collect();
            defaults = p.posonlyargs.iter().chain(&p.args).filter_map(optional).collect();
        }
        let fields = vec![
            posonly.into(),
            args.into(),
            vararg.into(),
            kwonly.into(),
            Value::Nodes(kw_defaults),
            kwarg.into(),
            defaults.into(),
        ];
        Node { kind: Kind::arguments, position: Default::default(), fields }
    }

    fn arg(&self, p: &ast::Parameter) -> Node {
        let comment = self.comments.of_arg(self.lines.line(p.range.end()));
        let fields = vec![p.name.as_str().into(), self.optional(p.annotation.as_deref()), comment];
        // Without the stars.
        self.node(Kind::arg, TextRange::new(p.name.start(), p.range.end()), fields)
    }

    pub(super) fn keywords(&self, keywords: &[ast::Keyword]) -> Value {
        let keyword = |k: &ast::Keyword| {
            let name = k.arg.as_ref().map(|name| name.as_str());
            self.node(Kind::keyword, k.range, vec![name.into(), self.expr(&k.value).into()])
        };
        keywords.iter().map(keyword).collect::<Vec<_>>().into()
    }

    pub(super) fn aliases(&self, aliases: &[ast::Alias]) -> Value {
        let alias = |a: &ast::Alias| {
            let asname = a.asname.as_ref().map(|name| name.as_str());
            self.node(Kind::alias, a.range, vec![a.name.as_str().into(), asname.into()])
        };
        aliases.iter().map(alias).collect::<Vec<_>>().into()
    }

    pub(super) fn handler(&self, handler: &ast::ExceptHandler) -> Node {
        let ast::ExceptHandler::ExceptHandler(h) = handler;
        let name = h.name.as_ref().map(|name| name.as_str());
        let fields = vec![self.optional(h.type_.as_deref()), name.into(), self.body(&h.body)];
        self.node(Kind::ExceptHandler, h.range, fields)
    }

    pub(super) fn type_params(&self, params: Option<&ast::TypeParams>) -> Value {
        let param = |param: &TypeParam| match param {
            TypeParam::TypeVar(t) => self.node(
                Kind::TypeVar,
                t.range,
                vec![
                    t.name.as_str().into(),
                    self.optional(t.bound.as_deref()),
                    self.optional(t.default.as_deref()),
                ],
            ),
            TypeParam::ParamSpec(t) => self.node(
                Kind::ParamSpec,
                t.range,
                vec![t.name.as_str().into(), self.optional(t.default.as_deref())],
            ),
            TypeParam::TypeVarTuple(t) => self.node(
                Kind::TypeVarTuple,
                t.range,
                vec![t.name.as_str().into(), self.optional(t.default.as_deref())],
            ),
        };
        params.map_or(&[][..], |p| &p.type_params).iter().map(param).collect::<Vec<_>>().into()
    }

    fn patterns<'a>(&self, patterns: impl IntoIterator<Item = &'a Pattern>) -> Value {
        patterns.into_iter().map(|p| self.pattern(p)).collect::<Vec<_>>().into()
    }

    pub(super) fn pattern(&self, p: &Pattern) -> Node {
        match p {
            Pattern::MatchValue(m) => self.node(Kind::MatchValue, m.range, vec![self.expr(&m.value).into()]),
            Pattern::MatchSingleton(m) => {
                let value = match m.value {
                    ast::Singleton::None => Constant::None,
                    ast::Singleton::True => Constant::Bool(true),
                    ast::Singleton::False => Constant::Bool(false),
                };
                self.node(Kind::MatchSingleton, m.range, vec![Value::Constant(value)])
            }
            Pattern::MatchSequence(m) => {
                self.node(Kind::MatchSequence, m.range, vec![self.patterns(&m.patterns)])
            }
            Pattern::MatchMapping(m) => {
                let rest = m.rest.as_ref().map(|name| name.as_str());
                let fields = vec![self.exprs(&m.keys), self.patterns(&m.patterns), rest.into()];
                self.node(Kind::MatchMapping, m.range, fields)
            }
            Pattern::MatchClass(m) => {
                let keywords = &m.arguments.keywords;
                let fields = vec![
                    self.expr(&m.cls).into(),
                    self.patterns(&m.arguments.patterns),
                    Value::Names(keywords.iter().map(|k| k.attr.as_str().into()).collect()),
                    self.patterns(keywords.iter().map(|k| &k.pattern)),
                ];
                self.node(Kind::MatchClass, m.range, fields)
            }
            Pattern::MatchStar(m) => {
                let name = m.name.as_ref().map(|name| name.as_str());
                self.node(Kind::MatchStar, m.range, vec![name.into()])
            }
            Pattern::MatchAs(m) => {
                let name = m.name.as_ref().map(|name| name.as_str());
                let inner = m.pattern.as_ref().map(|p| self.pattern(p));
                self.node(Kind::MatchAs, m.range, vec![inner.into(), name.into()])
            }
            Pattern::MatchOr(m) => self.node(Kind::MatchOr, m.range, vec![self.patterns(&m.patterns)]),
        }
    }
}
